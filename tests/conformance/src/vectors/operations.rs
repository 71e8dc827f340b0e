use std::time::Duration;

use onefold::{
    AppendOptions, EventId, EventType, ExecuteOptions, Executed, Filter, Host, Json, Loaded, ReadAll,
    ReadError, ReadStream, StoredEvent, SystemHost, Timestamp, Version,
};
use serde_json::{Value, json};

use super::args::{
    AppendArgs, CursorArgs, ExecuteArgs, IdArgs, Interference, LoadArgs, ReadAllArgs, ReadStreamArgs,
    StreamArgs, WaitArgs, expected_version, metadata, new_event,
};
use super::counter::Counter;
use super::refusal::Refusal;
use super::run::Run;
use super::values::{spliced, string};
use super::wire;
use crate::parallel::aside;
use crate::{Failure, Harness, check};

/// How many events an iterator reads at a time unless told otherwise.
const PAGE_SIZE: usize = 1000;

/// More events than any scenario has.
const MOST_EVENTS: usize = 20_000;

impl<H: Harness> Run<'_, H> {
    pub(super) async fn perform(
        &mut self,
        operation: &str,
        arguments: Value,
    ) -> Result<Result<Value, Refusal>, Failure> {
        match operation {
            "append" => self.append(serde_json::from_value(arguments)?).await,
            "read_stream" => self.read_stream(serde_json::from_value(arguments)?).await,
            "iter_stream" => self.iter_stream(serde_json::from_value(arguments)?).await,
            "read_all" => self.read_all(serde_json::from_value(arguments)?).await,
            "iter_all" => self.iter_all(serde_json::from_value(arguments)?).await,
            "stream_version" => {
                let StreamArgs { stream } = serde_json::from_value(arguments)?;
                Ok(read(
                    self.store.stream_version(&string(&stream)?).await.map(|version| json!(version.get())),
                ))
            }
            "stream_exists" => {
                let StreamArgs { stream } = serde_json::from_value(arguments)?;
                Ok(read(self.store.stream_exists(&string(&stream)?).await.map(|exists| json!(exists))))
            }
            "event_exists" => match event_id(arguments)? {
                Ok(id) => Ok(read(self.store.event_exists(id).await.map(|exists| json!(exists)))),
                Err(refusal) => Ok(Err(refusal)),
            },
            "find_event" => match event_id(arguments)? {
                Ok(id) => match self.store.find_event(id).await {
                    Ok(found) => {
                        Ok(Ok(found.as_ref().map(wire::stored_event).transpose()?.unwrap_or(Value::Null)))
                    }
                    Err(error) => Ok(Err(error.into())),
                },
                Err(refusal) => Ok(Err(refusal)),
            },
            "head" => Ok(read(self.store.head().await.map(|head| json!(head.get())))),
            "cursor" => {
                let CursorArgs { position } = serde_json::from_value(arguments)?;
                Ok(Ok(json!(self.store.cursor(self.symbols.bound_position(&position)?))))
            }
            "wait" => {
                let WaitArgs { milliseconds } = serde_json::from_value(arguments)?;
                SystemHost.sleep(Duration::from_millis(milliseconds)).await;
                Ok(Ok(Value::Null))
            }
            "execute" => self.execute(serde_json::from_value(arguments)?).await,
            "load" => self.load(serde_json::from_value(arguments)?).await,
            other => Err(Failure::new(format!("there is no operation `{other}`"))),
        }
    }

    pub(super) async fn append(&mut self, args: AppendArgs) -> Result<Result<Value, Refusal>, Failure> {
        let mut events = Vec::new();
        for (index, spec) in spliced(&args.events)?.iter().enumerate() {
            match new_event(index, spec)? {
                Ok(event) => events.push(event),
                Err(error) => return Ok(Err((&error).into())),
            }
        }
        let options = AppendOptions { expected_version: expected_version(&args.expected)? };
        Ok(match self.store.append(&string(&args.stream)?, events, options).await {
            Ok(appended) => Ok(json!({
                "version": appended.version.get(),
                "position": appended.position.get(),
                "duplicate": appended.duplicate,
            })),
            Err(error) => Err(error.into()),
        })
    }

    async fn read_stream(&self, args: ReadStreamArgs) -> Result<Result<Value, Refusal>, Failure> {
        let (stream, read) = args.split()?;
        match self.store.read_stream(&stream, read).await {
            Ok(events) => Ok(Ok(wire::stored_events(&events)?)),
            Err(error) => Ok(Err(error.into())),
        }
    }

    async fn iter_stream(&self, args: ReadStreamArgs) -> Result<Result<Value, Refusal>, Failure> {
        let page_size = args.page_size.unwrap_or(PAGE_SIZE);
        let (stream, read) = args.split()?;
        let mut pages = match self.store.stream_pager(&stream, read) {
            Ok(pages) => pages.page_size(page_size),
            Err(error) => return Ok(Err(error.into())),
        };
        let mut events = Vec::new();
        loop {
            match pages.next_page(&self.store).await {
                Ok(Some(page)) => extend(&mut events, page)?,
                Ok(None) => return Ok(Ok(wire::stored_events(&events)?)),
                Err(error) => return Ok(Err(error.into())),
            }
        }
    }

    async fn read_all(&self, args: ReadAllArgs) -> Result<Result<Value, Refusal>, Failure> {
        let read = ReadAll { limit: args.limit.or(Some(1000)), ..self.whole_read(args)? };
        match self.store.read_all(read).await {
            Ok(events) => Ok(Ok(wire::stored_events(&events)?)),
            Err(error) => Ok(Err(error.into())),
        }
    }

    async fn iter_all(&self, args: ReadAllArgs) -> Result<Result<Value, Refusal>, Failure> {
        let page_size = args.page_size.unwrap_or(PAGE_SIZE);
        let mut pages = match self.store.all_pager(self.whole_read(args)?) {
            Ok(pages) => pages.page_size(page_size),
            Err(error) => return Ok(Err(error.into())),
        };
        let mut events = Vec::new();
        loop {
            match pages.next_page(&self.store).await {
                Ok(Some(page)) => extend(&mut events, page)?,
                Ok(None) => return Ok(Ok(wire::stored_events(&events)?)),
                Err(error) => return Ok(Err(error.into())),
            }
        }
    }

    fn whole_read(&self, args: ReadAllArgs) -> Result<ReadAll, Failure> {
        let time = |text: Option<String>| -> Result<Option<Timestamp>, Failure> {
            text.map(|text| Ok(self.symbols.bound_text(&text)?.parse()?)).transpose()
        };
        let types = args.types.map(|types| types.into_iter().map(EventType::new).collect::<Result<_, _>>());
        Ok(ReadAll {
            after: self.symbols.after(&args.after_position, &self.store.epoch().to_string())?,
            limit: args.limit.or(None),
            backwards: args.backwards,
            filter: Filter {
                category: args.category.map(Into::into),
                types: types.transpose()?,
                tenant: args.tenant.map(Into::into),
                correlation_id: args.correlation_id.map(Into::into),
                recorded_from: time(args.recorded_from)?,
                recorded_to: time(args.recorded_to)?,
            },
        })
    }

    async fn execute(&mut self, args: ExecuteArgs) -> Result<Result<Value, Refusal>, Failure> {
        let metadata = metadata(&args.metadata)??;
        let stream = format!("Counter-{}", args.id);
        let counter = Counter::with(args.decider, |before| match &args.interfere {
            Some(interference) if before < interference.times => self.interfere(&stream, interference),
            _ => Ok(()),
        });
        let mut options = ExecuteOptions { metadata, ..ExecuteOptions::default() };
        options.retries = args.retries.unwrap_or(options.retries);
        let outcome = self.store.execute(&counter, &args.id, &args.command, options).await;
        let decided = counter.decided();
        drop(counter);
        self.decided = decided;
        match outcome {
            Ok(Executed { state, events, version, position, .. }) => Ok(Ok(json!({
                "state": state,
                "events": wire::stored_events(&events)?,
                "version": version.get(),
                "position": position.get(),
            }))),
            Err(error) => Ok(Err(error.into())),
        }
    }

    /// What another writer appends while the decider decides.
    fn interfere(&self, stream: &str, interference: &Interference) -> Result<(), Failure> {
        aside(self.harness, || async {
            let mut events = Vec::new();
            for (index, spec) in interference.events.iter().enumerate() {
                events.push(new_event(index, spec)??);
            }
            self.store.append(stream, events, AppendOptions::default()).await?;
            Ok(())
        })
    }

    async fn load(&self, args: LoadArgs) -> Result<Result<Value, Refusal>, Failure> {
        let counter = Counter::with(args.decider, |_| Ok(()));
        Ok(match self.store.load(&counter, &args.id).await {
            Ok(Loaded { state, version }) => Ok(json!({ "state": state, "version": version.get() })),
            Err(error) => Err(error.into()),
        })
    }
}

impl ReadStreamArgs {
    fn split(self) -> Result<(String, ReadStream), Failure> {
        let from_version = self.from_version.map(Version::new);
        let read = ReadStream { from_version, limit: self.limit, backwards: self.backwards };
        Ok((string(&self.stream)?, read))
    }
}

/// Adds a page; fails where pages seem to come without end.
fn extend(events: &mut Vec<StoredEvent<Json>>, page: Vec<StoredEvent<Json>>) -> Result<(), Failure> {
    events.extend(page);
    check(events.len() <= MOST_EVENTS, || "an iterator does not end".into())
}

fn read(result: Result<Value, ReadError>) -> Result<Value, Refusal> {
    result.map_err(Into::into)
}

fn event_id(arguments: Value) -> Result<Result<EventId, Refusal>, Failure> {
    let IdArgs { id } = serde_json::from_value(arguments)?;
    // Where ids are text in a language, the argument is called `event_id`; here the type refuses it.
    let invalid = |mut error: onefold::InvalidArgumentError| {
        error.argument = "event_id".into();
        Refusal::from(&error)
    };
    Ok(id.parse::<EventId>().map_err(invalid))
}
