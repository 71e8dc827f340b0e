use std::sync::Arc;

use onefold::InvalidArgumentError;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};

/// What is checked of a server's certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Check {
    /// Nothing: who listens in learns nothing, who stands in between may be anybody.
    Nothing,
    /// That somebody who is trusted has issued it.
    Chain,
    /// That, and that it is for the host of the address.
    Host,
}

/// How to encrypt: with the certificates in this file as the trusted ones, or those that the system trusts where it is
/// `system` or none.
pub(crate) fn client(check: Check, roots: Option<&str>) -> Result<ClientConfig, InvalidArgumentError> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()
        .map_err(|error| InvalidArgumentError::new("dsn", error.to_string()))?;
    let chain = match (check, roots) {
        (Check::Nothing, _) => None,
        (_, None | Some("system")) => Some(trusted_by_the_system()),
        (_, Some(path)) => Some(trusted_by_file(path)?),
    };
    if let (Check::Host, Some(roots)) = (check, &chain) {
        return Ok(builder.with_root_certificates(roots.clone()).with_no_client_auth());
    }
    let chain = chain
        .map(|roots| WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider.clone()).build());
    let chain = chain
        .transpose()
        .map_err(|error| InvalidArgumentError::new("dsn", format!("sslrootcert: {error}")))?;
    let lenient = Arc::new(Lenient { provider, chain });
    Ok(builder.dangerous().with_custom_certificate_verifier(lenient).with_no_client_auth())
}

fn trusted_by_the_system() -> RootCertStore {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    roots
}

fn trusted_by_file(path: &str) -> Result<RootCertStore, InvalidArgumentError> {
    let unusable = |error: String| {
        let fault = format!("sslrootcert `{path}`: {error}; name a file of certificates in PEM form");
        InvalidArgumentError::new("dsn", fault)
    };
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(path).map_err(|error| unusable(error.to_string()))? {
        let certificate = certificate.map_err(|error| unusable(error.to_string()))?;
        roots.add(certificate).map_err(|error| unusable(error.to_string()))?;
    }
    if roots.is_empty() {
        return Err(unusable("it holds no certificate".to_owned()));
    }
    Ok(roots)
}

/// Takes certificates of other hosts, and without a chain any: what `sslmode` asks for below `verify-full`.
#[derive(Debug)]
struct Lenient {
    provider: Arc<CryptoProvider>,
    chain: Option<Arc<WebPkiServerVerifier>>,
}

impl ServerCertVerifier for Lenient {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let Some(chain) = &self.chain else {
            return Ok(ServerCertVerified::assertion());
        };
        // The name is checked last: a certificate that fails by it alone has a good chain.
        match chain.verify_server_cert(certificate, intermediates, server, ocsp, now) {
            Err(Error::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            )) => Ok(ServerCertVerified::assertion()),
            verified => verified,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, certificate, signed, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signed, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
