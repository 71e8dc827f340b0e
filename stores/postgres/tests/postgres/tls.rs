//! Encrypted connections, before a proxy of the tests that encrypts: the packaged server cannot.

use std::io::Write;
use std::sync::Arc;

use onefold::ExpectedVersion;
use onefold_postgres::{PostgresOptions, rustls};
use onefold_test_postgres::Scratch;
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use tempfile::NamedTempFile;
use tokio_rustls::TlsAcceptor;

use crate::proxy::Proxy;
use crate::support::{append, check_whole, placed, try_open};

#[tokio::test]
async fn every_mode_checks_what_it_says() {
    let issuer = Authority::new();
    let ours = issuer.in_file();
    let other = Authority::new().in_file();
    let (ours, other) = (ours.path().display(), other.path().display());
    for (host, settings, opens) in [
        ("localhost", "sslmode=disable".to_owned(), true),
        ("localhost", String::new(), true),
        ("localhost", "sslmode=prefer".to_owned(), true),
        ("localhost", "sslmode=require".to_owned(), true),
        ("elsewhere.example", "sslmode=require".to_owned(), true),
        ("localhost", format!("sslmode=require sslrootcert={other}"), false),
        ("localhost", "sslmode=verify-ca".to_owned(), false),
        ("localhost", format!("sslmode=verify-ca sslrootcert={other}"), false),
        ("elsewhere.example", format!("sslmode=verify-ca sslrootcert={ours}"), true),
        ("localhost", format!("sslmode=verify-full sslrootcert={ours}"), true),
        ("localhost", format!("sslmode=verify-full sslrootcert={other}"), false),
        ("elsewhere.example", format!("sslmode=verify-full sslrootcert={ours}"), false),
        ("localhost", "sslmode=verify-full".to_owned(), false),
        ("localhost", "sslrootcert=system".to_owned(), false),
    ] {
        let scratch = Scratch::new().unwrap();
        let proxy = Proxy::that_encrypts(scratch.dsn(), issuer.acceptor(host)).await;
        match try_open(&proxy.dsn(&settings), PostgresOptions::default()).await {
            Ok(store) => {
                assert!(opens, "`{settings}` takes the certificate of {host}");
                append(&store, "Order-1", placed(1), ExpectedVersion::Any).await.unwrap();
                assert_eq!(check_whole(&store).await, 1);
            }
            Err(error) => {
                assert!(!opens, "`{settings}` does not take the certificate of {host}: {error}");
                assert_eq!(error.code(), "store", "{error}");
                assert!(error.to_string().contains("sslrootcert"), "{error}");
            }
        }
    }
}

#[tokio::test]
async fn what_must_be_encrypted_is_not_sent_to_a_server_that_cannot() {
    let scratch = Scratch::new().unwrap();
    let proxy = Proxy::that_encrypts(scratch.dsn(), Authority::new().acceptor("localhost")).await;
    drop(try_open(&proxy.dsn(""), PostgresOptions::default()).await.unwrap());

    let plain = Proxy::plain(scratch.dsn()).await;
    drop(try_open(&plain.dsn(""), PostgresOptions::default()).await.unwrap());
    for settings in ["sslmode=require", "sslmode=verify-full"] {
        let error = try_open(&plain.dsn(settings), PostgresOptions::default()).await.err().unwrap();
        assert_eq!(error.code(), "store", "{error}");
        assert!(error.to_string().contains("does not support TLS"), "{error}");
    }
}

#[tokio::test]
async fn a_configuration_of_ones_own_is_what_counts() {
    let scratch = Scratch::new().unwrap();
    let issuer = Authority::new();
    let mut roots = rustls::RootCertStore::empty();
    roots.add(issuer.certificate.der().clone()).unwrap();
    let tls = rustls::ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let options = PostgresOptions { tls: Some(tls), ..PostgresOptions::default() };
    let proxy = Proxy::that_encrypts(scratch.dsn(), issuer.acceptor("localhost")).await;
    drop(try_open(&proxy.dsn(""), options.clone()).await.unwrap());
    let elsewhere = Proxy::that_encrypts(scratch.dsn(), issuer.acceptor("elsewhere.example")).await;
    assert_eq!(try_open(&elsewhere.dsn(""), options).await.err().unwrap().code(), "store");
}

/// Who issues certificates.
struct Authority {
    certificate: rcgen::Certificate,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    fn new() -> Self {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let certificate = params.self_signed(&key).unwrap();
        Self { certificate, issuer: Issuer::new(params, key) }
    }

    /// Its own certificate, as `sslrootcert` takes it.
    fn in_file(&self) -> NamedTempFile {
        let mut file = NamedTempFile::new().unwrap();
        file.write_all(self.certificate.pem().as_bytes()).unwrap();
        file
    }

    /// What a server at this host encrypts with.
    fn acceptor(&self, host: &str) -> TlsAcceptor {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new([host.to_owned()]).unwrap();
        let certificate: CertificateDer<'static> = params.signed_by(&key, &self.issuer).unwrap().into();
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let config =
            rustls::ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
                .with_safe_default_protocol_versions()
                .unwrap()
                .with_no_client_auth()
                .with_single_cert(vec![certificate], key)
                .unwrap();
        TlsAcceptor::from(Arc::new(config))
    }
}
