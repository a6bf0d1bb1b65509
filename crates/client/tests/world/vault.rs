//! The vault on a real disk, with a keychain in memory.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use doorkey::vault::{KeyStore, LockName, MAX_RECORD, RecordKind, RecordName, Vault, VaultConfig, VaultError};
use tokio::sync::Barrier;

fn vault(folder: &Path, key_store: &KeyStore) -> Vault {
    let key_store = key_store.clone();
    let config = VaultConfig {
        folder: folder.to_owned(),
        service: "dev.doorkey.test".to_owned(),
        key_store,
    };
    Vault::open(config).expect("the vault opens")
}

fn name(kind: RecordKind, id: &str) -> RecordName {
    RecordName::new(kind, id).expect("a valid name")
}

fn account(id: &str) -> RecordName {
    name(RecordKind::Account, id)
}

/// The files whose names contain a text.
fn files(folder: &Path, containing: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("the folder is there");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    paths
        .filter(|path| {
            path.file_name()
                .is_some_and(|name| name.to_string_lossy().contains(containing))
        })
        .collect()
}

fn read(result: Result<Option<zeroize::Zeroizing<Vec<u8>>>, VaultError>) -> Option<Vec<u8>> {
    result.expect("it is read").map(|bytes| bytes.to_vec())
}

#[tokio::test]
async fn a_record_is_kept_listed_claimed_once_and_the_key_goes_with_the_last() {
    let folder = tempfile::tempdir().expect("a folder");
    let vault = vault(folder.path(), &KeyStore::memory());
    let alice = account("alice");
    let parked = name(RecordKind::Parked, "one");
    vault.put(&alice, b"first").await.expect("stored");
    vault.put(&alice, b"second").await.expect("replaced");
    vault.put(&parked, b"verifier").await.expect("stored");
    assert_eq!(read(vault.get(&alice).await).as_deref(), Some(b"second".as_slice()));
    assert_eq!(
        vault.list(RecordKind::Account).await.expect("listed"),
        std::slice::from_ref(&alice)
    );
    assert_eq!(
        read(vault.claim(&parked).await).as_deref(),
        Some(b"verifier".as_slice())
    );
    assert_eq!(read(vault.claim(&parked).await), None);
    assert_eq!(read(vault.get(&parked).await), None);
    assert!(!vault.delete_key_if_empty().await.expect("asked"));
    assert!(vault.delete(&alice).await.expect("deleted"));
    assert!(vault.delete_key_if_empty().await.expect("asked"));
    assert!(
        files(folder.path(), "")
            .iter()
            .all(|path| path.extension().is_some_and(|end| end == "lock"))
    );
}

#[tokio::test]
async fn what_is_stored_is_on_the_disk_in_no_clear_form_and_for_nobody_else() {
    let folder = tempfile::tempdir().expect("a folder");
    let inside = folder.path().join("deep").join("vault");
    // As a careless hand or an older program made it: the umask's 0755.
    fs::create_dir_all(&inside).expect("made");
    let vault = vault(&inside, &KeyStore::memory());
    vault
        .put(&account("alice"), b"a refresh token in the clear")
        .await
        .expect("stored");
    for path in files(&inside, "") {
        let bytes = fs::read(&path).expect("read");
        assert!(!bytes.windows(7).any(|window| window == b"refresh"), "{path:?}");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(
                fs::metadata(&path).expect("there").permissions().mode() & 0o777,
                0o600,
                "{path:?}"
            );
        }
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(
            fs::metadata(&inside).expect("there").permissions().mode() & 0o777,
            0o700
        );
    }
}

#[tokio::test]
async fn a_file_put_in_another_record_s_place_does_not_open_and_is_set_aside() {
    let folder = tempfile::tempdir().expect("a folder");
    let vault = vault(folder.path(), &KeyStore::memory());
    vault.put(&account("alice"), b"of alice").await.expect("stored");
    vault.put(&account("mallory"), b"of mallory").await.expect("stored");
    let sealed = |id: &str| folder.path().join(format!("account-{id}.sealed"));
    fs::copy(sealed("mallory"), sealed("alice")).expect("swapped");
    assert_eq!(
        vault.get(&account("alice")).await.map(drop),
        Err(VaultError::Damaged { set_aside: 1 })
    );
    assert_eq!(files(folder.path(), "account-alice.aside-").len(), 1);
    assert_eq!(read(vault.get(&account("alice")).await), None, "told once");
    assert_eq!(
        read(vault.get(&account("mallory")).await).as_deref(),
        Some(b"of mallory".as_slice())
    );
}

#[tokio::test]
async fn damage_of_every_kind_is_told_set_aside_and_harms_no_neighbour() {
    let folder = tempfile::tempdir().expect("a folder");
    let vault = vault(folder.path(), &KeyStore::memory());
    vault.put(&account("good"), b"fine").await.expect("stored");
    let path = folder.path().join("account-bad.sealed");
    vault.put(&account("bad"), b"a record").await.expect("stored");
    let whole = fs::read(&path).expect("read");
    let mut damages = vec![
        Vec::new(),
        b"{}".to_vec(),
        vec![1],
        whole[..whole.len() - 1].to_vec(),
        vec![0; MAX_RECORD * 2],
    ];
    damages.extend([1, 20, 30, whole.len() - 1].map(|at| {
        let mut flipped = whole.clone();
        flipped[at] ^= 0x10;
        flipped
    }));
    let count = damages.len();
    for damage in damages {
        fs::write(&path, &damage).expect("damaged");
        assert_eq!(
            vault.get(&account("bad")).await.map(drop),
            Err(VaultError::Damaged { set_aside: 1 })
        );
        fs::write(&path, &damage).expect("damaged");
        assert_eq!(
            vault.claim(&account("bad")).await.map(drop),
            Err(VaultError::Damaged { set_aside: 1 })
        );
    }
    assert_eq!(
        files(folder.path(), "account-bad.aside-").len(),
        count * 2,
        "nothing was deleted"
    );
    assert_eq!(
        read(vault.get(&account("good")).await).as_deref(),
        Some(b"fine".as_slice())
    );
}

#[tokio::test]
async fn a_record_of_a_newer_version_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let vault = vault(folder.path(), &KeyStore::memory());
    vault.put(&account("alice"), b"x").await.expect("stored");
    let path = folder.path().join("account-alice.sealed");
    let mut newer = fs::read(&path).expect("read");
    newer[0] = 2;
    fs::write(&path, &newer).expect("written");
    assert_eq!(vault.get(&account("alice")).await.map(drop), Err(VaultError::TooNew));
    assert_eq!(vault.claim(&account("alice")).await.map(drop), Err(VaultError::TooNew));
    assert_eq!(fs::read(&path).expect("still there"), newer);
}

#[test]
fn of_sixteen_threads_that_claim_one_record_exactly_one_gets_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = KeyStore::memory();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(4)
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let first = vault(folder.path(), &store);
        for round in 0..20 {
            let parked = name(RecordKind::Parked, &format!("round-{round}"));
            first.put(&parked, b"verifier").await.expect("stored");
            let start = Arc::new(Barrier::new(16));
            let claims: Vec<_> = (0..16)
                .map(|_| {
                    // A vault of its own, as another process would have.
                    let (vault, parked, start) = (vault(folder.path(), &store), parked.clone(), start.clone());
                    tokio::spawn(async move {
                        start.wait().await;
                        vault.claim(&parked).await.expect("tried").is_some()
                    })
                })
                .collect();
            let mut winners = 0;
            for claim in claims {
                winners += usize::from(claim.await.expect("it ran"));
            }
            assert_eq!(winners, 1, "round {round}");
        }
    });
    assert!(files(folder.path(), ".claimed-").is_empty());
}

#[tokio::test]
async fn what_a_crash_left_is_swept_when_it_is_old_and_never_taken_for_a_record() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = KeyStore::memory();
    vault(folder.path(), &store)
        .put(&account("alice"), b"x")
        .await
        .expect("stored");
    let long_ago = SystemTime::now() - Duration::from_secs(7200);
    for (leftover, old) in [
        (".writing-AbCd", true),
        (".writing-fresh", false),
        ("parked-a.claimed-00ff", true),
        ("account-b.aside-1-2", true),
    ] {
        let file = fs::File::create(folder.path().join(leftover)).expect("made");
        if old {
            file.set_modified(long_ago).expect("dated");
        }
    }
    let vault = vault(folder.path(), &store);
    let there = |name: &str| folder.path().join(name).exists();
    assert!(!there(".writing-AbCd") && !there("parked-a.claimed-00ff"));
    assert!(there(".writing-fresh"), "another process may be at it");
    assert!(there("account-b.aside-1-2"), "what was set aside stays");
    assert_eq!(
        vault.list(RecordKind::Account).await.expect("listed"),
        [account("alice")]
    );
    assert!(vault.list(RecordKind::Parked).await.expect("listed").is_empty());
}

#[tokio::test]
async fn a_record_that_is_too_large_is_refused_before_anything_is_touched() {
    let folder = tempfile::tempdir().expect("a folder");
    let vault = vault(folder.path(), &KeyStore::memory());
    let largest = vec![7; MAX_RECORD];
    vault.put(&account("alice"), &largest).await.expect("stored");
    assert_eq!(
        vault.put(&account("alice"), &vec![7; MAX_RECORD + 1]).await,
        Err(VaultError::TooLarge)
    );
    assert_eq!(read(vault.get(&account("alice")).await), Some(largest));
}

#[tokio::test]
async fn a_lock_is_given_in_the_order_of_asking_and_refused_at_the_deadline() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = KeyStore::memory();
    let here = vault(folder.path(), &store);
    let lock = LockName::of(&account("alice"));
    let held = here.lock(&lock, Duration::from_secs(5)).await.expect("free");
    let busy = here.lock(&lock, Duration::from_millis(20)).await.map(drop);
    assert_eq!(busy, Err(VaultError::Busy));
    // As another process: a vault of its own, that shares no turns with ours.
    let elsewhere = vault(folder.path(), &store);
    assert_eq!(
        elsewhere.lock(&lock, Duration::from_millis(20)).await.map(drop),
        Err(VaultError::Busy)
    );
    let other = LockName::new("other").expect("valid");
    drop(
        here.lock(&other, Duration::from_millis(20))
            .await
            .expect("another lock is another lock"),
    );

    let (order, mut came) = tokio::sync::mpsc::unbounded_channel();
    let mut waiting = Vec::new();
    for number in 0..8 {
        let (vault, lock, order) = (here.clone(), lock.clone(), order.clone());
        let (asking, asks) = tokio::sync::oneshot::channel();
        waiting.push(tokio::spawn(async move {
            let mut wait = Box::pin(vault.lock(&lock, Duration::from_secs(10)));
            // Polled once: it stands in the queue now.
            assert!(futures_once(&mut wait).await.is_none());
            asking.send(()).expect("somebody waits");
            let _held = wait.await.expect("it gets its turn");
            order.send(number).expect("somebody counts");
        }));
        asks.await.expect("it asked");
    }
    drop(held);
    for number in 0..8 {
        assert_eq!(came.recv().await, Some(number));
    }
    for task in waiting {
        task.await.expect("it ended well");
    }
    assert_eq!(files(folder.path(), ".lock").len(), 2, "locks stay");
}

/// Polls a future once.
async fn futures_once<F: Future + Unpin>(future: &mut F) -> Option<F::Output> {
    std::future::poll_fn(|context| {
        std::task::Poll::Ready(match std::pin::Pin::new(&mut *future).poll(context) {
            std::task::Poll::Ready(output) => Some(output),
            std::task::Poll::Pending => None,
        })
    })
    .await
}

#[tokio::test]
async fn a_folder_that_cannot_be_made_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("file");
    fs::write(&file, b"").expect("written");
    let config = VaultConfig {
        folder: file.join("vault"),
        service: "x".to_owned(),
        key_store: KeyStore::memory(),
    };
    assert_eq!(Vault::open(config).map(drop), Err(VaultError::StorageFailed));
}
