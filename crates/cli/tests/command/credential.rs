//! The credential protocols of Git and Kubernetes.

use std::os::unix::fs::PermissionsExt as _;
use std::process::Stdio;

use crate::stage::Set;

#[tokio::test]
async fn git_gets_a_token_for_a_host_that_was_named_and_for_no_other() {
    let set = Set::new().await;
    set.sign_in(&[]).await;
    std::fs::write(
        set.vault().join("command.toml"),
        "[[git]]\nhost = \"git.example\"\nusername = \"me\"\n",
    )
    .unwrap();
    let get = |input: &'static str| async {
        set.run_with_secrets(set.command(&["credential", "git", "get"]), input.as_bytes())
            .await
    };
    let answer = get("protocol=https\nhost=git.example\nwwwauth[]=Basic\n\n")
        .await
        .done()
        .out;
    let token = set.op.secrets().access_tokens.back().unwrap().clone();
    let lines: Vec<_> = answer.lines().collect();
    assert_eq!(&lines[..2], ["username=me", &format!("password={token}")]);
    assert!(
        lines[2]
            .strip_prefix("password_expiry_utc=")
            .unwrap()
            .parse::<i64>()
            .unwrap()
            > 1_700_000_000
    );
    assert_eq!(lines.len(), 3, "nothing else, and no refresh token");
    for stranger in [
        "protocol=https\nhost=evil.example\n\n",
        "protocol=http\nhost=git.example\n\n",
        "protocol=https\nhost=git.example.evil.example\n\n",
        "host=git.example\n\n",
        "",
    ] {
        let ended = get(stranger).await.done();
        assert_eq!(ended.out, "", "{stranger:?}");
    }
    let by_flag = ["credential", "git", "--host", "other.example", "get"];
    let ended = set
        .run_with_secrets(set.command(&by_flag), b"protocol=https\nhost=other.example\n\n")
        .await
        .done();
    assert!(ended.out.starts_with("username=oauth2\npassword="));
}

#[tokio::test]
async fn git_itself_fills_in_the_token_for_its_host() {
    let mut git = tokio::process::Command::new("git");
    if git.arg("--version").stdout(Stdio::null()).status().await.is_err() {
        eprintln!("skipped: there is no Git here");
        return;
    }
    let set = Set::new().await;
    set.sign_in(&[]).await;
    let (helper, doorkey) = (set.home.path().join("helper"), env!("CARGO_BIN_EXE_doorkey"));
    let script = format!(
        "#!/bin/sh\nexec '{doorkey}' --dev --passphrase-fd 3 --vault \"$VAULT\" \"$@\" 3<\"$PASSPHRASE_FILE\"\n"
    );
    std::fs::write(&helper, script).unwrap();
    std::fs::set_permissions(&helper, std::fs::Permissions::from_mode(0o755)).unwrap();
    let mut git = tokio::process::Command::new("git");
    let setting = format!(
        "credential.https://git.example.helper=!'{}' credential git --host git.example",
        helper.display()
    );
    git.args(["-c", "credential.helper=", "-c", &setting, "credential", "fill"]);
    git.env("VAULT", set.vault())
        .env("PASSPHRASE_FILE", set.home.path().join("passphrase"))
        .env("HOME", set.home.path());
    git.env("GIT_TERMINAL_PROMPT", "0")
        .env("GIT_ASKPASS", "false")
        .env("GIT_CONFIG_NOSYSTEM", "1");
    git.stdout(Stdio::piped()).stderr(Stdio::piped());
    let filled = set
        .run_with_secrets(git, b"protocol=https\nhost=git.example\n\n")
        .await
        .done()
        .out;
    let token = set.op.secrets().access_tokens.back().unwrap().clone();
    assert!(
        filled.contains(&format!("password={token}\n")) && filled.contains("username=oauth2\n"),
        "Git has it"
    );
}

#[tokio::test]
async fn git_stores_nothing_and_what_it_erases_is_renewed_only_if_it_is_ours() {
    let set = Set::new().await;
    // Old enough to be renewed when it is asked for, and good for a while yet.
    set.signed_in_ago(600).await;
    let send = |action: &'static str, password: String| {
        let set = &set;
        async move {
            let input = format!("protocol=https\nhost=git.example\nusername=x\npassword={password}\n\n");
            let arguments = ["credential", "git", "--host", "git.example", action];
            let ended = set
                .run_with_secrets(set.command(&arguments), input.as_bytes())
                .await
                .done();
            assert_eq!(ended.out, "");
        }
    };
    send("store", "hunter2".into()).await;
    send("erase", "hunter2".into()).await;
    assert_eq!(
        set.refreshes(),
        0,
        "what somebody typed wrong is no reason to renew anything"
    );
    send("erase", set.op.secrets().access_tokens.back().unwrap().clone()).await;
    assert_eq!(set.refreshes(), 1);
}

#[tokio::test]
async fn kubernetes_gets_an_exec_credential_of_the_version_that_it_asks_for() {
    let set = Set::new().await;
    set.sign_in(&[]).await;
    let ask = |version: &'static str, arguments: &'static [&'static str]| {
        let set = &set;
        async move {
            let mut command = set.command(&[&["credential", "kubernetes"], arguments].concat());
            command.env(
                "KUBERNETES_EXEC_INFO",
                format!("{{\"apiVersion\":\"{version}\",\"kind\":\"ExecCredential\",\"spec\":{{}}}}"),
            );
            set.run_with_secrets(command, b"").await
        }
    };
    let answer = ask("client.authentication.k8s.io/v1", &[]).await.done().json();
    assert_eq!(
        (&answer["kind"], &answer["apiVersion"]),
        (&"ExecCredential".into(), &"client.authentication.k8s.io/v1".into())
    );
    assert_eq!(answer["status"]["token"], *set.op.secrets().id_tokens.back().unwrap());
    let expires = answer["status"]["expirationTimestamp"].as_str().unwrap();
    assert!(
        expires.len() == 20 && expires.starts_with("20") && expires.ends_with('Z'),
        "{expires}"
    );
    let answer = ask("client.authentication.k8s.io/v1", &["--access-token"])
        .await
        .done()
        .json();
    assert_eq!(
        answer["status"]["token"],
        *set.op.secrets().access_tokens.back().unwrap()
    );
    let other = ask("client.authentication.k8s.io/v1beta1", &[]).await;
    assert_eq!((other.code(), other.out.as_str()), (2, ""));
}
