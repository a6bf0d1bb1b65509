use super::*;
use crate::providers::preset;

/// An answer in the form that GitHub's REST reference gives for `GET /user`, of a person who does not exist.
const GITHUB: &str = r#"{"login":"ada-l","id":1815,"node_id":"MDQ6VXNlcjE4MTU=","avatar_url":"https://avatars.githubusercontent.com/u/1815?v=4",
    "type":"User","site_admin":false,"name":"Ada Lovelace","company":null,"email":null,"plan":{"name":"free","space":1}}"#;
const GITHUB_EMAILS: &str = r#"[{"email":"old@example.org","verified":true,"primary":false,"visibility":null},
    {"email":"ada@example.org","verified":true,"primary":true,"visibility":"private"}]"#;
/// In the form of Discord's user object.
const DISCORD: &str = r#"{"id":"80351110224678912","username":"ada","discriminator":"0","global_name":"Ada","avatar":"a_8342729096ea3675442027381ff50dfe",
    "verified":true,"email":"ada@example.org","flags":64,"banner":null,"mfa_enabled":true}"#;
/// In the form of Spotify's private user object.
const SPOTIFY: &str = r#"{"country":"GB","display_name":"Ada","email":"ada@example.org","external_urls":{"spotify":"https://open.spotify.com/user/ada"},
    "followers":{"href":null,"total":3},"id":"ada","images":[{"url":"https://i.scdn.co/image/a","height":300,"width":300}],"product":"premium","type":"user"}"#;
/// In the form of Dropbox's full account.
const DROPBOX: &str = r#"{"account_id":"dbid:AADa_2-adalovelace00000000000000000000","name":{"given_name":"Ada","surname":"Lovelace",
    "display_name":"Ada Lovelace"},"email":"ada@example.org","email_verified":false,"disabled":false,"account_type":{".tag":"basic"}}"#;
/// In the form of Mastodon's credential account.
const MASTODON: &str = r#"{"id":"109257","username":"ada","acct":"ada","display_name":"","avatar":"https://m.example/a.gif",
    "avatar_static":"https://m.example/a.png","source":{"note":""}}"#;

fn answer(status: u16, body: &str) -> http::Response<Vec<u8>> {
    http::Response::builder()
        .status(status)
        .body(body.as_bytes().to_vec())
        .unwrap()
}

fn mapping(id: &str) -> UserInfoMapping {
    preset(id).unwrap().userinfo.clone().unwrap()
}

fn person(id: &str, body: &str) -> Result<MappedPerson, Error> {
    mapping(id).receive(&preset(id).unwrap().issuer, &answer(200, body))
}

fn malformed_is(id: &str, body: &str) {
    assert_eq!(person(id, body), Err(malformed()), "{body}");
}

#[test]
fn githubs_numbers_are_subjects_and_its_address_comes_from_the_list() {
    let mut ada = person("github", GITHUB).unwrap();
    assert_eq!(
        (ada.issuer.as_str(), ada.subject.as_str()),
        ("https://github.com/login/oauth", "1815")
    );
    assert_eq!(ada.profile.name.as_deref(), Some("Ada Lovelace"));
    assert_eq!(ada.profile.preferred_username.as_deref(), Some("ada-l"));
    assert!(ada.profile.picture.as_ref().unwrap().starts_with("https://avatars."));
    assert_eq!((ada.profile.email.clone(), ada.profile.email_verified), (None, false));
    mapping("github").receive_emails(&answer(200, GITHUB_EMAILS), &mut ada);
    assert_eq!(
        (ada.profile.email.as_deref(), ada.profile.email_verified),
        (Some("ada@example.org"), true)
    );
    assert_eq!(ada.source, ProfileSource::Unverified);
}

#[test]
fn a_list_of_addresses_that_cannot_be_read_changes_nothing() {
    let ada = person(
        "github",
        &GITHUB.replace("\"email\":null", "\"email\":\"public@example.org\""),
    )
    .unwrap();
    for (status, body) in [
        (404, GITHUB_EMAILS),
        (200, "{}"),
        (200, "[]"),
        (200, "["),
        (200, "[]}"),
        (200, "[1,null,[[]]]"),
        (200, r#"[{"email":"a@b","verified":true,"primary":"true"}]"#),
        (200, r#"[{"email":7,"verified":true,"primary":true}]"#),
        (200, r#"[{"email":"a@b","email":"c@d","verified":true,"primary":true}]"#),
        (200, r#"[]},"list":[{"email":"a@b","verified":true,"primary":true}]"#),
    ] {
        let mut after = ada.clone();
        mapping("github").receive_emails(&answer(status, body), &mut after);
        assert_eq!(after, ada, "{status} {body}");
    }
    let mut after = ada.clone();
    let body = r#"[{"email":"a@b","verified":"true","primary":true}]"#;
    mapping("github").receive_emails(&answer(200, body), &mut after);
    assert_eq!(
        (after.profile.email.as_deref(), after.profile.email_verified),
        (Some("a@b"), false)
    );
}

#[test]
fn discords_picture_is_made_of_its_parts_and_of_nothing_that_could_lead_elsewhere() {
    let ada = person("discord", DISCORD).unwrap();
    assert_eq!(ada.subject, "80351110224678912");
    assert_eq!(
        (ada.profile.email.as_deref(), ada.profile.email_verified),
        (Some("ada@example.org"), true)
    );
    let picture = "https://cdn.discordapp.com/avatars/80351110224678912/a_8342729096ea3675442027381ff50dfe.png";
    assert_eq!(ada.profile.picture.as_deref(), Some(picture));
    for avatar in [
        "null",
        "\"\"",
        "\"../../x\"",
        "\"a?b\"",
        "\"a%2f\"",
        "[]",
        "\"@evil.example\"",
        "\"{/id}\"",
    ] {
        let body = DISCORD.replace("\"a_8342729096ea3675442027381ff50dfe\"", avatar);
        assert_eq!(person("discord", &body).unwrap().profile.picture, None, "{avatar}");
    }
    let plain = person(
        "discord",
        &DISCORD.replace("\"global_name\":\"Ada\"", "\"global_name\":null"),
    )
    .unwrap();
    assert_eq!(plain.profile.name.as_deref(), Some("ada"));
}

#[test]
fn spotifys_dropboxs_and_mastodons_answers_are_read() {
    let ada = person("spotify", SPOTIFY).unwrap();
    assert_eq!(
        (ada.subject.as_str(), ada.profile.name.as_deref()),
        ("ada", Some("Ada"))
    );
    assert_eq!(ada.profile.picture.as_deref(), Some("https://i.scdn.co/image/a"));
    assert!(
        ada.profile.email.is_some() && !ada.profile.email_verified,
        "nothing proves that address"
    );

    let ada = person("dropbox", DROPBOX).unwrap();
    assert_eq!(ada.subject, "dbid:AADa_2-adalovelace00000000000000000000");
    assert_eq!(ada.profile.name.as_deref(), Some("Ada Lovelace"));
    assert!(!ada.profile.email_verified && ada.profile.picture.is_none());
    let verified = DROPBOX.replace("\"email_verified\":false", "\"email_verified\":true");
    assert!(person("dropbox", &verified).unwrap().profile.email_verified);

    let ada = person("mastodon", MASTODON).unwrap();
    assert_eq!(
        (ada.subject.as_str(), ada.profile.name.as_deref()),
        ("109257", Some("ada"))
    );
    assert_eq!(ada.profile.picture.as_deref(), Some("https://m.example/a.png"));
}

/// Twitch's and Slack's own APIs beside OpenID Connect, as a private preset would map them.
fn private(text: &str) -> UserInfoMapping {
    let mapping: UserInfoMapping = toml::from_str(text).unwrap();
    mapping
}

#[test]
fn answers_within_lists_and_envelopes_are_read() {
    let twitch = private(
        "url = 'https://api.example/users'\nsubject = '/data/0/id'\nname = ['/data/0/display_name']\nemail = '/data/0/email'",
    );
    let body =
        r#"{"data":[{"id":"141981764","login":"ada","display_name":"Ada","type":"","email":"ada@example.org"}]}"#;
    let ada = twitch.receive("https://id.example", &answer(200, body)).unwrap();
    assert_eq!((ada.subject.as_str(), ada.profile.email_verified), ("141981764", false));
    assert_eq!(
        twitch.receive("https://id.example", &answer(200, r#"{"data":[]}"#)),
        Err(malformed())
    );

    let slack =
        private("url = 'https://slack.example/identity'\nok = '/ok'\nsubject = '/user/id'\nname = ['/user/name']");
    let body = r#"{"ok":true,"user":{"name":"Ada","id":"U0G9QF9C6"},"team":{"id":"T0G9PQBBK"}}"#;
    assert_eq!(
        slack
            .receive("https://slack.example", &answer(200, body))
            .unwrap()
            .subject,
        "U0G9QF9C6"
    );
    for refused in [
        r#"{"ok":false,"error":"invalid_auth"}"#,
        r#"{"ok":"true","user":{"name":"Ada","id":"U0G9QF9C6"}}"#,
        r#"{"user":{"name":"Ada","id":"U0G9QF9C6"}}"#,
    ] {
        let answer = slack.receive("https://slack.example", &answer(200, refused));
        assert!(matches!(answer, Err(Error::Refused(_))), "{refused}");
    }
}

#[test]
fn a_number_above_what_a_float_can_tell_apart_stays_that_number() {
    let github = |id: &str| person("github", &GITHUB.replace("\"id\":1815", &format!("\"id\":{id}")));
    assert_eq!(github("9007199254740993").unwrap().subject, "9007199254740993");
    assert_eq!(github("18446744073709551615").unwrap().subject, "18446744073709551615");
    for bad in [
        "18446744073709551616",
        "1815.0",
        "1.815e3",
        "-1",
        "1e400",
        "true",
        "null",
        "[1815]",
        "{\"a\":1}",
    ] {
        assert_eq!(github(bad), Err(malformed()), "{bad}");
    }
}

#[test]
fn without_a_subject_there_is_nobody() {
    for body in [
        "",
        "[]",
        "null",
        "\"ada\"",
        "{}",
        "{",
        "{\"id\":\"\"}",
        "{\"id\":\" \"}",
        "{\"ID\":1}",
        "{\"a\":{\"id\":1}}",
        "{\"id\":1,\"id\":2}",
        "{\"id\":1,\"\\u0069d\":2}",
        "{\"id\":1}x",
    ] {
        malformed_is("github", body);
    }
    let deep = format!("{{\"id\":1,\"a\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
    malformed_is("github", &deep);
}

#[test]
fn a_subject_that_would_have_to_be_cleaned_is_refused_for_two_would_become_one() {
    for id in ["a\\u0000b", "a\\nb", " a", "a ", "a\\u202eb", "a\\u200b", "a  b"] {
        malformed_is("discord", &DISCORD.replace("80351110224678912", id));
    }
    malformed_is("discord", &DISCORD.replace("80351110224678912", &"9".repeat(256)));
    assert!(person("discord", &DISCORD.replace("80351110224678912", &"9".repeat(255))).is_ok());
}

#[test]
fn what_is_shown_is_cleaned_and_what_is_of_the_wrong_type_left_out() {
    let body = GITHUB
        .replace("Ada Lovelace", "<b>\\u202eA\\u0007da</b>\\r\\n")
        .replace("\"ada-l\"", "[[\"x\"]]");
    let ada = person("github", &body).unwrap();
    assert_eq!(ada.profile.name.as_deref(), Some("<b>Ada</b>"));
    assert_eq!(ada.profile.preferred_username, None);
    let body = GITHUB.replace("https://avatars.", "https://a\\u0000vatars.");
    assert_eq!(person("github", &body).unwrap().profile.picture, None);
    let body = DISCORD.replace("\"verified\":true", "\"verified\":\"true\"");
    assert!(
        !person("discord", &body).unwrap().profile.email_verified,
        "only the JSON value true says so"
    );
    let body = DISCORD.replace("\"email\":\"ada@example.org\",", "");
    assert!(
        !person("discord", &body).unwrap().profile.email_verified,
        "no address, nothing verified"
    );
}

#[test]
fn a_refusal_is_told_apart_from_an_answer_that_is_none() {
    let of = |status: u16| {
        mapping("github")
            .receive("https://x", &answer(status, GITHUB))
            .unwrap_err()
    };
    assert!(matches!(
        of(401),
        Error::Refused(Refusal {
            code: ErrorCode::InvalidToken,
            ..
        })
    ));
    assert!(matches!(
        of(403),
        Error::Refused(Refusal {
            code: ErrorCode::InsufficientScope,
            ..
        })
    ));
    for status in [201, 204, 302, 404, 500] {
        assert_eq!(of(status), malformed(), "{status}");
    }
}

#[test]
fn rfc_6750_2_1_the_request_carries_the_token_in_a_header_that_is_not_printed() {
    let token = Secret::new("t0k3n".into());
    let request = mapping("github").request(&token, Transport::HttpsOnly).unwrap();
    assert_eq!(request.headers()[AUTHORIZATION], "Bearer t0k3n");
    assert!(!format!("{request:?}").contains("t0k3n"));
    assert_eq!(request.headers()[ACCEPT], "application/vnd.github+json");
    let emails = mapping("github")
        .emails_request(&token, Transport::HttpsOnly)
        .unwrap()
        .unwrap();
    assert_eq!(emails.uri(), "https://api.github.com/user/emails");
    let dropbox = mapping("dropbox").request(&token, Transport::HttpsOnly).unwrap();
    assert_eq!((dropbox.method(), dropbox.body().len()), (&Method::POST, 0));
    assert!(
        mapping("dropbox")
            .emails_request(&token, Transport::HttpsOnly)
            .is_none()
    );

    let mut hostile = mapping("github");
    hostile.headers.insert("Authorization".into(), "Bearer other".into());
    let request = hostile.request(&token, Transport::HttpsOnly).unwrap();
    assert_eq!(request.headers().get_all(AUTHORIZATION).iter().count(), 1);
    assert_eq!(request.headers()[AUTHORIZATION], "Bearer t0k3n");
    hostile.url = "http://api.example/me".into();
    assert!(hostile.request(&token, Transport::HttpsOnly).is_err());
}
