//! Mutual TLS as go-plugin wants it: each side pins the one certificate that the other side told it.
//!
//! The host's certificate comes in the environment, ours goes out in the handshake line; both are self-signed and
//! live as long as the process. Chains and validity mean nothing here, so trust is equality with the pinned bytes
//! plus a signature that proves the key. The usual verifier of webpki is no use: Terraform's certificate is marked
//! as an authority, which webpki refuses in a peer.

use std::io;
use std::sync::Arc;

use rcgen::{CertificateParams, DnType, KeyPair, PKCS_ECDSA_P256_SHA256};
use rustls::client::danger::HandshakeSignatureValid;
use rustls::crypto::{
    WebPkiSupportedAlgorithms, ring, verify_tls12_signature, verify_tls13_signature,
};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{
    AlgorithmIdentifier, CertificateDer, InvalidSignature, PrivatePkcs8KeyDer,
    SignatureVerificationAlgorithm, UnixTime, alg_id,
};
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::{
    CertificateError, DigitallySignedStruct, DistinguishedName, Error, ServerConfig,
    SignatureScheme,
};
use tokio_rustls::TlsAcceptor;

/// The name the host expects in our certificate.
const SERVER_NAME: &str = "localhost";

/// This process as a TLS server for one client.
pub(super) struct Identity {
    /// Our certificate, as DER.
    pub(super) certificate: Vec<u8>,
    pub(super) acceptor: TlsAcceptor,
}

impl Identity {
    /// Makes a new key and certificate, and accepts nobody but the owner of `client`, a certificate in PEM.
    pub(super) fn for_client(client: &str) -> io::Result<Self> {
        let client = CertificateDer::from_pem_slice(client.as_bytes()).map_err(|error| {
            io::Error::other(format!("PLUGIN_CLIENT_CERT is no certificate: {error}"))
        })?;
        let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).map_err(io::Error::other)?;
        let mut parameters =
            CertificateParams::new([SERVER_NAME.to_owned()]).map_err(io::Error::other)?;
        parameters.distinguished_name.push(DnType::CommonName, SERVER_NAME);
        let certificate = parameters.self_signed(&key).map_err(io::Error::other)?;
        let certificate = certificate.der().clone();

        let provider = Arc::new(ring::default_provider());
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(io::Error::other)?
            .with_client_cert_verifier(Arc::new(Pinned::to(client)))
            .with_single_cert(
                vec![certificate.clone()],
                PrivatePkcs8KeyDer::from(key.serialize_der()).into(),
            )
            .map_err(io::Error::other)?;
        config.alpn_protocols = vec![b"h2".to_vec()];
        // A host connects once; nothing will be resumed.
        config.send_tls13_tickets = 0;
        Ok(Self {
            certificate: certificate.as_ref().to_vec(),
            acceptor: TlsAcceptor::from(Arc::new(config)),
        })
    }
}

/// Accepts one certificate.
#[derive(Debug)]
struct Pinned {
    certificate: CertificateDer<'static>,
    /// Everything that ring can verify, which lacks the one scheme that Terraform uses.
    usual: WebPkiSupportedAlgorithms,
}

impl Pinned {
    fn to(certificate: CertificateDer<'static>) -> Self {
        let usual = ring::default_provider().signature_verification_algorithms;
        Self { certificate, usual }
    }

    fn algorithms(&self, signature: &DigitallySignedStruct) -> &WebPkiSupportedAlgorithms {
        if signature.scheme == SignatureScheme::ECDSA_NISTP521_SHA512 { &P521 } else { &self.usual }
    }
}

impl ClientCertVerifier for Pinned {
    /// Empty: a list of authorities would make the client look for a certificate signed by one of them.
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _now: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        if *end_entity == self.certificate {
            Ok(ClientCertVerified::assertion())
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
        verify_tls12_signature(message, certificate, signature, self.algorithms(signature))
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signature, self.algorithms(signature))
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        // A Go client sends no certificate at all unless its key's scheme is on offer.
        let mut schemes = P521.supported_schemes();
        schemes.extend(self.usual.supported_schemes());
        schemes
    }
}

static P521: WebPkiSupportedAlgorithms = WebPkiSupportedAlgorithms {
    all: &[&EcdsaP521Sha512],
    mapping: &[(SignatureScheme::ECDSA_NISTP521_SHA512, &[&EcdsaP521Sha512])],
};

/// The scheme of Terraform's certificates, which ring does not have.
#[derive(Debug)]
pub(crate) struct EcdsaP521Sha512;

impl SignatureVerificationAlgorithm for EcdsaP521Sha512 {
    fn public_key_alg_id(&self) -> AlgorithmIdentifier {
        alg_id::ECDSA_P521
    }

    fn signature_alg_id(&self) -> AlgorithmIdentifier {
        alg_id::ECDSA_SHA512
    }

    fn verify_signature(
        &self,
        public_key: &[u8],
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), InvalidSignature> {
        use p521::ecdsa::signature::Verifier as _;
        use p521::ecdsa::{Signature, VerifyingKey};

        let key = VerifyingKey::from_sec1_bytes(public_key).map_err(|_| InvalidSignature)?;
        let signature = Signature::from_der(signature).map_err(|_| InvalidSignature)?;
        key.verify(message, &signature).map_err(|_| InvalidSignature)
    }
}
