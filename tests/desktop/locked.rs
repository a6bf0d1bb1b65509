//! A keychain that is locked when the program starts: what is kept waits for it, and what comes meanwhile is not lost.

use crate::stage::{field, keys, records, screen, stage, window};

#[tokio::test]
async fn a_session_that_began_with_a_locked_keychain_is_kept_once_it_is_unlocked() {
    let demo = stage("locked").await;
    demo.desktop.lock_keychain().await.unwrap();
    let first = window(&demo).await;
    screen(&first, "sign-in").await;
    assert!(field(&first, "kept").await.contains("this session only"));
    demo.sign_in(&first).await.unwrap();
    assert_eq!(
        records(&demo),
        Vec::<std::path::PathBuf>::new(),
        "nothing is written without the key"
    );

    demo.desktop.unlock_keychain().await.unwrap();
    first.click("[data-action='unlock']").await.unwrap();
    let kept = first
        .wait_until("[data-field='kept']", desktop_rig::demo::PATIENCE, |text| {
            text.contains("GNOME Keyring")
        })
        .await;
    kept.unwrap();
    assert!(!records(&demo).is_empty());
    assert_eq!(keys(&demo).await, 1);
    first.close().await.unwrap();

    let second = window(&demo).await;
    screen(&second, "account").await;
    assert_eq!(field(&second, "name").await, "Ada Lovelace");
}
