use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, copy, split};
use tokio::net::{TcpListener, TcpStream, UnixStream};
use tokio_postgres::Config;
use tokio_postgres::config::Host;
use tokio_rustls::TlsAcceptor;

/// What a client sends first when it wants to encrypt.
const SSL_REQUEST: [u8; 8] = [0, 0, 0, 8, 4, 210, 22, 47];

/// A proxy on a port of this machine before the server of an address.
pub(crate) struct Proxy {
    port: u16,
    config: Config,
    state: Arc<State>,
}

#[derive(Default)]
struct State {
    cuts: AtomicUsize,
    is_cutting: AtomicBool,
    tls: Option<TlsAcceptor>,
}

impl Proxy {
    /// Encrypts, for clients that ask for it.
    pub(crate) async fn that_encrypts(dsn: &str, tls: TlsAcceptor) -> Self {
        Self::start(dsn, State { tls: Some(tls), ..State::default() }).await
    }

    /// Carries what it gets.
    pub(crate) async fn plain(dsn: &str) -> Self {
        Self::start(dsn, State::default()).await
    }

    async fn start(dsn: &str, state: State) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (port, config, state) =
            (listener.local_addr().unwrap().port(), dsn.parse::<Config>().unwrap(), Arc::new(state));
        let (behind, shared) = (config.clone(), state.clone());
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(pass(client, behind.clone(), shared.clone()));
            }
        });
        Self { port, config, state }
    }

    /// The address of the database behind it, with more settings.
    pub(crate) fn dsn(&self, settings: &str) -> String {
        let password = String::from_utf8_lossy(self.config.get_password().unwrap_or_default());
        let (user, database) = (self.config.get_user().unwrap(), self.config.get_dbname().unwrap());
        format!(
            "host=localhost port={} user={user} dbname={database} password='{password}' {settings}",
            self.port
        )
    }

    pub(crate) fn cuts(&self) -> usize {
        self.state.cuts.load(Ordering::SeqCst)
    }

    /// From now on cuts each new connection after some bytes, each after another number.
    pub(crate) fn cut(&self) {
        self.state.is_cutting.store(true, Ordering::SeqCst);
    }
}

async fn pass(mut client: TcpStream, behind: Config, state: Arc<State>) {
    client.set_nodelay(true).unwrap();
    let mut first = [0; 8];
    if client.read_exact(&mut first).await.is_err() {
        return;
    }
    let asks = first == SSL_REQUEST;
    match &state.tls {
        None if asks => {
            client.write_all(b"N").await.unwrap();
            on(client, &[], &behind, &state).await;
        }
        Some(tls) if asks => {
            client.write_all(b"S").await.unwrap();
            // A client that does not trust us goes away.
            if let Ok(client) = tls.accept(client).await {
                on(client, &[], &behind, &state).await;
            }
        }
        _ => on(client, &first, &behind, &state).await,
    }
}

/// Connects to the server.
async fn on(client: impl AsyncRead + AsyncWrite, first: &[u8], behind: &Config, state: &State) {
    let port = behind.get_ports().first().copied().unwrap_or(5432);
    match behind.get_hosts().first().unwrap() {
        Host::Tcp(host) => {
            let server = TcpStream::connect((host.as_str(), port)).await.unwrap();
            carry(client, first, server, state).await;
        }
        Host::Unix(folder) => {
            let server = UnixStream::connect(Path::join(folder, format!(".s.PGSQL.{port}"))).await.unwrap();
            carry(client, first, server, state).await;
        }
    }
}

/// Carries bytes both ways until one side has had enough.
async fn carry(
    client: impl AsyncRead + AsyncWrite,
    first: &[u8],
    server: impl AsyncRead + AsyncWrite,
    state: &State,
) {
    let ((from_client, mut to_client), (from_server, mut to_server)) = (split(client), split(server));
    to_server.write_all(first).await.unwrap();
    let (there, back) = state.most();
    let (mut there, mut back) = (from_client.take(there), from_server.take(back));
    tokio::select! {
        _ = copy(&mut there, &mut to_server) => {}
        _ = copy(&mut back, &mut to_client) => {}
    }
}

impl State {
    /// How many bytes a connection may carry each way.
    fn most(&self) -> (u64, u64) {
        if !self.is_cutting.load(Ordering::SeqCst) {
            return (u64::MAX, u64::MAX);
        }
        // Numbers without an order that anything could keep in step with.
        let cut = self.cuts.fetch_add(1, Ordering::SeqCst) as u64;
        let bytes = 200 + cut.wrapping_mul(6_364_136_223_846_793_005).rotate_left(17) % 9_000;
        if cut.is_multiple_of(2) { (bytes, u64::MAX) } else { (u64::MAX, bytes) }
    }
}
