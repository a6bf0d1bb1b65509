//! Whatever is logged, down to TRACE and by every library, and whatever is written: searched for secrets when a test ends.

use std::io;
use std::path::Path;
use std::sync::{Mutex, Once, PoisonError};

use mock_op::Secrets;
use tracing_subscriber::filter::LevelFilter;

static LOG: Mutex<Vec<u8>> = Mutex::new(Vec::new());

struct Log;

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        LOG.lock()
            .unwrap_or_else(PoisonError::into_inner)
            .extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// From here on this process listens to its own log.
pub fn listen() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        tracing_subscriber::fmt()
            .with_max_level(LevelFilter::TRACE)
            .with_ansi(false)
            .with_writer(|| Log)
            .init();
    });
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The places, among the log and the files of a home, where one of these secrets stands. Never the secret itself.
pub fn found(secrets: &Secrets, home: &Path) -> Vec<String> {
    let kinds = [
        ("a code", &secrets.codes),
        ("a verifier", &secrets.verifiers),
        ("an access token", &secrets.access_tokens),
        ("a refresh token", &secrets.refresh_tokens),
        ("an ID Token", &secrets.id_tokens),
    ];
    let mut texts = vec![(
        "the log".to_owned(),
        text(&LOG.lock().unwrap_or_else(PoisonError::into_inner)),
    )];
    let mut open = vec![home.to_owned()];
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(
                std::fs::read_dir(&path)
                    .into_iter()
                    .flatten()
                    .flatten()
                    .map(|entry| entry.path()),
            );
        } else if let Ok(bytes) = std::fs::read(&path) {
            texts.push((path.display().to_string(), text(&bytes)));
        }
    }
    let mut found = Vec::new();
    for (name, secrets) in kinds {
        for secret in secrets {
            let holds = |text: &str| text.contains(secret.as_str());
            let places = texts.iter().filter(|(_, text)| holds(text));
            found.extend(places.map(|(place, _)| format!("{name} in {place}")));
        }
    }
    found
}

#[tokio::test]
async fn a_planted_secret_is_found_in_the_log_and_in_a_file() {
    let set = crate::stage::Set::new().await;
    let client = set.client().await;
    set.sign_in(&client).await;
    let secrets = set.op.secrets();
    let home = tempfile::tempdir().unwrap();
    assert_eq!(found(&secrets, home.path()), Vec::<String>::new());
    assert!(
        !LOG.lock().unwrap().is_empty(),
        "something was logged, else nothing is proved"
    );
    // Planted where this test alone looks, so that what every test looks for at its end is not found there.
    let token = secrets.refresh_tokens.front().unwrap();
    std::fs::write(home.path().join("plain"), format!("token={token}&")).unwrap();
    assert_eq!(found(&secrets, home.path()).len(), 1);
    let planted = Secrets {
        codes: ["planted-in-the-log".to_owned()].into(),
        ..Secrets::default()
    };
    tracing::trace!("planted-in-the-log");
    assert_eq!(found(&planted, home.path()), ["a code in the log"]);
}
