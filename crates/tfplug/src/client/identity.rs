//! Who a client is: a P-521 key and a self-signed certificate like those that Terraform makes for each plugin.
//!
//! Neither ring nor rcgen on ring knows the curve, so the certificate is put together here
//! (<https://datatracker.ietf.org/doc/html/rfc5280#section-4.1>).

use std::io;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use p521::ecdsa::signature::Signer as _;
use p521::ecdsa::{Signature, SigningKey};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{
    WebPkiSupportedAlgorithms, ring, verify_tls12_signature, verify_tls13_signature,
};
use rustls::pki_types::{
    CertificateDer, ServerName, SignatureVerificationAlgorithm as _, UnixTime, alg_id,
};
use rustls::sign::{CertifiedKey, SingleCertAndKey, public_key_to_spki};
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error, SignatureAlgorithm,
    SignatureScheme,
};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::stream::Stream;
use crate::serve::tls::EcdsaP521Sha512;

/// A client's key and certificate.
#[derive(Debug, Clone)]
pub struct Identity {
    certificate: CertificateDer<'static>,
    key: SigningKey,
}

impl Identity {
    /// Makes a new key, and a certificate for it as Terraform makes one: ECDSA on P-521, marked as an authority, for
    /// the name `localhost`.
    ///
    /// Fails only if the system has no randomness.
    pub fn generate() -> io::Result<Self> {
        let random = ring::default_provider().secure_random;
        let mut scalar = [0; 66];
        let key = loop {
            random.fill(&mut scalar).map_err(|_| io::Error::other("no random bytes"))?;
            // 521 bits: one bit of the first byte, and all of the others.
            let [first, ..] = &mut scalar;
            *first &= 1;
            if let Ok(key) = SigningKey::from_slice(&scalar) {
                break key;
            }
        };
        let certificate = CertificateDer::from(certificate(&key));
        Ok(Self { certificate, key })
    }

    /// This key with somebody else's certificate: what one who saw the certificate could try.
    #[must_use]
    pub fn with_certificate_of(self, other: &Self) -> Self {
        Self { certificate: other.certificate.clone(), ..self }
    }

    /// The certificate as it stands in `PLUGIN_CLIENT_CERT`.
    pub fn certificate_pem(&self) -> String {
        certificate_pem(&self.certificate)
    }
}

/// A certificate, given as DER, in the textual encoding of <https://datatracker.ietf.org/doc/html/rfc7468#section-5>.
pub fn certificate_pem(der: &[u8]) -> String {
    let mut pem = String::from("-----BEGIN CERTIFICATE-----\n");
    for (position, character) in STANDARD.encode(der).chars().enumerate() {
        if position > 0 && position % 64 == 0 {
            pem.push('\n');
        }
        pem.push(character);
    }
    pem.push_str("\n-----END CERTIFICATE-----\n");
    pem
}

/// TLS over `stream` to the owner of the certificate `server`, as `identity` or as nobody.
pub(super) async fn connect(
    stream: Box<dyn Stream>,
    server: Vec<u8>,
    identity: Option<&Identity>,
) -> io::Result<TlsStream<Box<dyn Stream>>> {
    let provider = ring::default_provider();
    let algorithms = provider.signature_verification_algorithms;
    let pinned = Pinned { certificate: CertificateDer::from(server), algorithms };
    let builder = ClientConfig::builder_with_provider(Arc::new(provider))
        .with_safe_default_protocol_versions()
        .map_err(io::Error::other)?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(pinned));
    let mut config = match identity.cloned() {
        Some(Identity { certificate, key }) => {
            let certified = CertifiedKey::new(vec![certificate], Arc::new(Key(key)));
            builder.with_client_cert_resolver(Arc::new(SingleCertAndKey::from(certified)))
        }
        None => builder.with_no_client_auth(),
    };
    config.alpn_protocols = vec![b"h2".to_vec()];
    let name = ServerName::try_from("localhost").map_err(io::Error::other)?;
    TlsConnector::from(Arc::new(config)).connect(name, stream).await
}

/// Accepts the one server that the handshake line named.
#[derive(Debug)]
struct Pinned {
    certificate: CertificateDer<'static>,
    algorithms: WebPkiSupportedAlgorithms,
}

impl ServerCertVerifier for Pinned {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _name: &ServerName<'_>,
        _ocsp: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        if *end_entity == self.certificate {
            Ok(ServerCertVerified::assertion())
        } else {
            Err(Error::InvalidCertificate(CertificateError::UnknownIssuer))
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, certificate, signature, &self.algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signature, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}

/// Signs a TLS handshake on P-521.
#[derive(Debug, Clone)]
struct Key(SigningKey);

impl rustls::sign::SigningKey for Key {
    fn choose_scheme(&self, offered: &[SignatureScheme]) -> Option<Box<dyn rustls::sign::Signer>> {
        let offered = offered.contains(&SignatureScheme::ECDSA_NISTP521_SHA512);
        offered.then(|| Box::new(self.clone()) as Box<dyn rustls::sign::Signer>)
    }

    fn algorithm(&self) -> SignatureAlgorithm {
        SignatureAlgorithm::ECDSA
    }
}

impl rustls::sign::Signer for Key {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Error> {
        Ok(signature(&self.0, message))
    }

    fn scheme(&self) -> SignatureScheme {
        SignatureScheme::ECDSA_NISTP521_SHA512
    }
}

fn signature(key: &SigningKey, message: &[u8]) -> Vec<u8> {
    let signature: Signature = key.sign(message);
    signature.to_der().as_bytes().to_vec()
}

/// Tags of DER, <https://www.itu.int/rec/T-REC-X.690>.
const BOOLEAN: u8 = 0x01;
const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
const OCTET_STRING: u8 = 0x04;
const OBJECT_ID: u8 = 0x06;
const UTF8_STRING: u8 = 0x0c;
const GENERALIZED_TIME: u8 = 0x18;
const SEQUENCE: u8 = 0x30;
const SET: u8 = 0x31;
const DNS_NAME: u8 = 0x82;
const VERSION: u8 = 0xa0;
const EXTENSIONS: u8 = 0xa3;

/// A self-signed certificate, as DER.
fn certificate(key: &SigningKey) -> Vec<u8> {
    let algorithm = der(SEQUENCE, &[EcdsaP521Sha512.signature_alg_id().as_ref()]);
    let point = key.verifying_key().to_sec1_point(false);
    let public_key = public_key_to_spki(&alg_id::ECDSA_P521, point.as_bytes());
    let common_name = der(OBJECT_ID, &[&[0x55, 4, 3]]);
    let common_name = der(SEQUENCE, &[&common_name, &der(UTF8_STRING, &[b"localhost"])]);
    let name = der(SEQUENCE, &[&der(SET, &[&common_name])]);
    let validity = [
        der(GENERALIZED_TIME, &[b"20200101000000Z"]),
        der(GENERALIZED_TIME, &[b"99991231235959Z"]),
    ]
    .concat();
    let authority = der(SEQUENCE, &[&der(BOOLEAN, &[&[0xff]])]);
    let alternative_name = der(SEQUENCE, &[&der(DNS_NAME, &[b"localhost"])]);
    let extensions = [
        extension(&[0x55, 0x1d, 19], true, &authority),
        extension(&[0x55, 0x1d, 17], false, &alternative_name),
    ]
    .concat();
    let body = der(
        SEQUENCE,
        &[
            &der(VERSION, &[&der(INTEGER, &[&[2]])]),
            &der(INTEGER, &[&[1]]),
            &algorithm,
            &name,
            &der(SEQUENCE, &[&validity]),
            &name,
            public_key.as_ref(),
            &der(EXTENSIONS, &[&der(SEQUENCE, &[&extensions])]),
        ],
    );
    let signature = der(BIT_STRING, &[&[0], &signature(key, &body)]);
    der(SEQUENCE, &[&body, &algorithm, &signature])
}

fn extension(id: &[u8], critical: bool, value: &[u8]) -> Vec<u8> {
    let critical = if critical { der(BOOLEAN, &[&[0xff]]) } else { Vec::new() };
    der(SEQUENCE, &[&der(OBJECT_ID, &[id]), &critical, &der(OCTET_STRING, &[value])])
}

fn der(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    let length = content.len().to_be_bytes();
    let significant = length.iter().position(|byte| *byte != 0).unwrap_or(length.len() - 1);
    let (_, length) = length.split_at(significant);
    let mut encoded = vec![tag];
    if content.len() > 127 {
        // At most eight bytes of length.
        encoded.extend(u8::try_from(length.len()).map(|count| 0x80 | count));
    }
    encoded.extend_from_slice(length);
    encoded.extend(content);
    encoded
}
