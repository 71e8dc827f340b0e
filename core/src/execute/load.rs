use crate::backend::EventStore;
use crate::envelope::{StreamId, Version, category_of};
use crate::error::{InvalidArgumentError, LoadError, ReadError};
use crate::execute::Aggregate;
use crate::store::{ReadStream, Store, StreamPager};

/// A state, and the version of the stream that it was folded up to.
#[derive(Clone, Debug, PartialEq)]
pub struct Loaded<S> {
    /// The state.
    pub state: S,
    /// The version of the stream; 0 where it does not exist.
    pub version: Version,
}

impl<B: EventStore> Store<B> {
    /// Folds the stream `{category}-{id}` to its state, from a snapshot where there is one.
    ///
    /// # Errors
    /// [`LoadError`].
    pub async fn load<A: Aggregate<B::Page>>(
        &self,
        decider: &A,
        id: &str,
    ) -> Result<Loaded<A::State>, LoadError<A::Error>> {
        let stream_id = self.stream_of(decider, id)?;
        self.load_stream(decider, &stream_id).await
    }

    pub(crate) async fn load_stream<A: Aggregate<B::Page>>(
        &self,
        decider: &A,
        stream_id: &StreamId,
    ) -> Result<Loaded<A::State>, LoadError<A::Error>> {
        if let Some(kept) = self.snapshot(decider, stream_id).await {
            let from = kept.version;
            let loaded = self.fold_on(decider, stream_id, kept).await?;
            // Nothing came after it: it may be ahead of a store that was restored from a backup.
            if loaded.version > from || self.stream_version(stream_id.as_str()).await? >= from {
                self.keep_snapshot(decider, stream_id, &loaded, from).await;
                return Ok(loaded);
            }
        }
        let state = decider.initial().map_err(LoadError::Decider)?;
        let loaded = self.fold_on(decider, stream_id, Loaded { state, version: Version::ZERO }).await?;
        self.keep_snapshot(decider, stream_id, &loaded, Version::ZERO).await;
        Ok(loaded)
    }

    /// The state after the events that come after it.
    async fn fold_on<A: Aggregate<B::Page>>(
        &self,
        decider: &A,
        stream_id: &StreamId,
        Loaded { mut state, version }: Loaded<A::State>,
    ) -> Result<Loaded<A::State>, LoadError<A::Error>> {
        let read = ReadStream { from_version: Some(version.next()), ..ReadStream::default() };
        let mut pages = StreamPager::new(stream_id.clone(), read).page_size(self.backend().fold_page());
        while let Some(events) = pages.next_page(self).await? {
            state = decider.fold(state, events).map_err(LoadError::Decider)?;
        }
        Ok(Loaded { state, version: version.max(pages.last_stored()) })
    }

    /// The stream that the decider has for an id.
    pub(crate) fn stream_of<A: Aggregate<B::Page>>(
        &self,
        decider: &A,
        id: &str,
    ) -> Result<StreamId, ReadError> {
        self.check_open()?;
        if id.is_empty() {
            return Err(
                InvalidArgumentError::new("id", "it is empty; give the part after the category").into()
            );
        }
        let category = decider.category();
        if category.contains('-') {
            let named = category_of(category);
            let reason = format!("`{category}` has a `-`: its streams would be of `{named}`; leave it out");
            return Err(InvalidArgumentError::new("decider.category", reason).into());
        }
        self.check_name(decider)?;
        self.stream_id(&format!("{category}-{id}"))
    }
}
