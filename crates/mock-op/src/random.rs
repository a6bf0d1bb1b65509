//! Random values, or, for golden tests, values that only look random and are the same in every run.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use std::sync::atomic::{AtomicU64, Ordering};

#[derive(Debug)]
pub(crate) enum Random {
    /// The operating system's.
    System(SystemRandom),
    /// A counter, hashed. For golden tests only.
    Counted(AtomicU64),
}

impl Random {
    pub(crate) fn new(deterministic: bool) -> Self {
        if deterministic {
            Self::Counted(AtomicU64::new(0))
        } else {
            Self::System(SystemRandom::new())
        }
    }

    pub(crate) fn bytes(&self) -> [u8; 32] {
        let mut bytes = [0; 32];
        match self {
            Self::System(system) => {
                system
                    .fill(&mut bytes)
                    .expect("the operating system gives random bytes");
            }
            Self::Counted(counter) => {
                let count = counter.fetch_add(1, Ordering::Relaxed);
                let hash = digest(&SHA256, format!("mock-op deterministic {count}").as_bytes());
                bytes.copy_from_slice(hash.as_ref());
            }
        }
        bytes
    }

    /// 43 characters of base64url that carry 256 bits.
    pub(crate) fn handle(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.bytes())
    }

    /// Eight letters that are easy to tell apart and spell no word, as `WDJB-MJHT`.
    ///
    /// Spec: RFC 8628 section 6.1
    pub(crate) fn user_code(&self) -> String {
        const LETTERS: &[u8; 20] = b"BCDFGHJKLMNPQRSTVWXZ";
        let bytes = self.bytes();
        let mut code: String = bytes
            .iter()
            .take(8)
            .map(|b| char::from(LETTERS[usize::from(*b) % 20]))
            .collect();
        code.insert(4, '-');
        code
    }

    pub(crate) fn reset(&self) {
        if let Self::Counted(counter) = self {
            counter.store(0, Ordering::Relaxed);
        }
    }
}
