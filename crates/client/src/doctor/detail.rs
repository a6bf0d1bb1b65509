//! What can be found, check by check: the whole table, with how each stands and what can be done about it.

use doorkey_oidc::{Misbehaviour, Unsupported};

use super::finding::{Repair, State};
use super::name::Name;
#[cfg(test)]
use super::table::Row;
use super::table::{Told, details};
use crate::locales::Value;

details! {
    /// Whether the keychain keeps what it is given.
    Keychain(KeychainDetail) = "keychain" {
        /// What was written came back, and went when it was deleted.
        Keeps {
            /// The keychain's name.
            keychain: Name
        } => "keeps", Good;
        /// It has nothing to keep: the vault is sealed with a passphrase instead.
        Passphrase => "passphrase", Good;
        /// It is locked.
        Locked => "locked", Broken, UnlockKeychain;
        /// No keychain answers on this system.
        NoService => "no-service", Broken;
        /// It has no collection to keep anything in.
        NoCollection => "no-collection", Broken;
        /// It refuses this program.
        Denied => "denied", Broken;
        /// It does not answer.
        Silent => "silent", Broken;
        /// It has more than one entry of one name.
        Ambiguous => "ambiguous", Broken;
        /// It does not give back what it was given, or does not delete it.
        NotKept => "not-kept", Broken;
        /// It is another one than the one that keeps the key.
        Changed => "changed", Broken;
        /// It has another key than the one that was used.
        OtherKey => "other-key", Broken;
        /// It failed in another way.
        Failed => "failed", Broken;
    }

    /// Whether every sealed record opens.
    Vault(VaultDetail) = "vault" {
        /// They all do.
        Whole {
            /// How many there are.
            records: u64
        } => "whole", Good;
        /// They all do now; others were set aside before.
        SetAsideBefore {
            /// How many open.
            records: u64,
            /// How many were set aside.
            set_aside: u64
        } => "set-aside-before", Advice;
        /// A newer version of this program wrote some of them.
        TooNew {
            /// How many there are.
            records: u64,
            /// How many of them are too new.
            too_new: u64
        } => "too-new", Advice;
        /// Some do not open.
        Damaged {
            /// How many there are.
            records: u64,
            /// How many accounts do not open.
            accounts: u64,
            /// How many other records do not open.
            others: u64
        } => "damaged", Broken, SetDamagedAside;
        /// The keychain has no key to them, so none of them opens.
        KeyGone {
            /// How many there are.
            records: u64
        } => "key-gone", Broken, SetDamagedAside;
        /// Another keychain keeps their key.
        KeyElsewhere => "key-elsewhere", Broken, StartAfresh;
        /// The keychain has another key than theirs.
        KeyReplaced => "key-replaced", Broken, StartAfresh;
        /// The file that the passphrase opens is damaged.
        PassphraseFileDamaged => "passphrase-file-damaged", Broken, StartAfresh;
        /// The folder may not be read.
        Refused => "refused", Broken;
        /// The disk is full.
        DiskFull => "disk-full", Broken;
        /// The disk failed.
        DiskFailed => "disk-failed", Broken;
    }

    /// Who gets the links of our scheme, by what is registered on this system.
    LinkOwner(LinkOwnerDetail) = "link-owner" {
        /// This program.
        Ours => "ours", Good;
        /// This program, by what is written; what this system makes of it could not be found out.
        Unconfirmed => "unconfirmed", Advice;
        /// Nobody.
        Nobody => "nobody", Broken, RegisterLinks;
        /// Another program.
        Other {
            /// Where it is.
            program: Name
        } => "other", Broken, RegisterLinks;
        /// A program that is gone, or that would be started without the link.
        Stale {
            /// Where it is or was.
            program: Name
        } => "stale", Broken, RegisterLinks;
        /// This program by what is written, another one by what this system makes of it.
        Disputed {
            /// Where the other one is, or what its registration is called.
            program: Name
        } => "disputed", Broken, RegisterLinks;
        /// The scheme or this program's path cannot be registered at all.
        Unusable => "unusable", Broken;
        /// What is registered could not be read.
        Unreadable => "unreadable", Broken;
    }

    /// Whether a link that this system opens comes back here.
    LinkDelivery(DeliveryDetail) = "link-delivery" {
        /// It came.
        Delivered {
            /// From the opening to the arrival.
            milliseconds: u64
        } => "delivered", Good;
        /// It was opened, and nothing came within ten seconds.
        Lost => "lost", Broken, RegisterLinks;
        /// This system has no program that opens links.
        NoOpener => "no-opener", Broken;
        /// There is one, and it failed.
        OpenerFailed => "opener-failed", Broken, RegisterLinks;
    }

    /// Whether a link that the browser follows comes back here.
    BrowserLink(BrowserLinkDetail) = "browser-link" {
        /// It came.
        Delivered {
            /// From the page to the arrival: mostly the person's own time.
            milliseconds: u64
        } => "delivered", Good;
        /// The page was shown, and nothing came within a minute: not clicked, not allowed, or lost.
        NothingCame => "nothing-came", Advice;
        /// No browser asked for the page within a minute.
        PageNotShown => "page-not-shown", Broken;
        /// The browser could not be opened.
        NoBrowser => "no-browser", Broken;
        /// This system lets nobody listen on the loopback interface.
        NoListener => "no-listener", Broken;
    }

    /// Which program opens web pages.
    Browser(BrowserDetail) = "browser" {
        /// This one.
        Found {
            /// Where it is.
            program: Name
        } => "found", Good;
        /// One that is packed as a snap, which may keep links from leaving it.
        Snap {
            /// Where it is.
            program: Name
        } => "snap", Advice;
        /// One that is packed as a flatpak, which may keep links from leaving it.
        Flatpak {
            /// As its registration names it.
            program: Name
        } => "flatpak", Advice;
        /// One that is not there any more.
        Gone {
            /// Where it was.
            program: Name
        } => "gone", Broken;
        /// None.
        Missing => "missing", Broken;
    }

    /// Which way requests to the provider take, and whether it is open.
    Proxy(ProxyDetail) = "proxy" {
        /// Straight to it.
        Direct => "direct", Good;
        /// By a proxy, which takes them.
        Used {
            /// The proxy's host and port, without user information.
            proxy: Name
        } => "used", Good;
        /// By a proxy that wants a name and a password.
        WantsPassword {
            /// The proxy's host and port, without user information.
            proxy: Name
        } => "wants-password", Broken;
        /// By a proxy that cannot be reached.
        Unreachable {
            /// The proxy's host and port, without user information.
            proxy: Name
        } => "unreachable", Broken;
    }

    /// Whether the provider answers, and answers as an OpenID Provider.
    Reachability(ReachabilityDetail) = "reachability" {
        /// It does.
        Reached {
            /// Its host.
            host: Name,
            /// From the question to the answer, connection included.
            milliseconds: u64
        } => "reached", Good;
        /// Its name is not known.
        NameNotFound {
            /// Its host.
            host: Name
        } => "name-not-found", Broken;
        /// Nobody takes the connection.
        NotConnected {
            /// Its host.
            host: Name,
            /// The port.
            port: u64
        } => "not-connected", Broken;
        /// The proxy in between does not let requests through.
        ProxyInTheWay {
            /// Its host.
            host: Name
        } => "proxy-in-the-way", Broken;
        /// Its certificate is expired by this computer's clock.
        CertificateExpired {
            /// Its host.
            host: Name
        } => "certificate-expired", Broken;
        /// Its certificate is not valid yet by this computer's clock.
        CertificateTooEarly {
            /// Its host.
            host: Name
        } => "certificate-too-early", Broken;
        /// Its certificate is for another host.
        CertificateForAnother {
            /// Its host.
            host: Name
        } => "certificate-for-another", Broken;
        /// No authority that this system trusts stands behind its certificate.
        CertificateNotTrusted {
            /// Its host.
            host: Name
        } => "certificate-not-trusted", Broken;
        /// Its certificate was taken back.
        CertificateRevoked {
            /// Its host.
            host: Name
        } => "certificate-revoked", Broken;
        /// Its certificate is wrong in another way.
        CertificateWrong {
            /// Its host.
            host: Name
        } => "certificate-wrong", Broken;
        /// It offers no version of TLS that is still safe.
        TlsTooOld {
            /// Its host.
            host: Name
        } => "tls-too-old", Broken;
        /// It does not speak TLS, or somebody breaks it off.
        TlsBrokenOff {
            /// Its host.
            host: Name
        } => "tls-broken-off", Broken;
        /// It does not answer in time.
        Slow {
            /// Its host.
            host: Name
        } => "slow", Broken;
        /// The connection was lost before the answer was here.
        Lost {
            /// Its host.
            host: Name
        } => "lost", Broken;
        /// A web page, or the way to one, came in its place, as networks do it that want a log-in first.
        CaptivePortal {
            /// Its host.
            host: Name
        } => "captive-portal", Broken;
        /// It answered with an error status.
        ErrorStatus {
            /// Its host.
            host: Name,
            /// The status code.
            status: u64
        } => "error-status", Broken;
        /// What it says of itself breaks a rule.
        NotAProvider {
            /// Its host.
            host: Name,
            /// The rule, which a sentence names by its section.
            rule: Misbehaviour
        } => "not-a-provider", Broken;
        /// It wants what is not done here.
        NotSupported {
            /// Its host.
            host: Name,
            /// What, which a sentence names by its section.
            what: Unsupported
        } => "not-supported", Broken;
        /// The issuer identifier is none that requests may go to.
        NotAnIssuer => "not-an-issuer", Broken;
    }

    /// Who vouches for the provider's certificate.
    Interception(InterceptionDetail) = "interception" {
        /// An authority that is trusted everywhere.
        Public {
            /// The authority's name; empty when it has none.
            issuer: Name
        } => "public", Good;
        /// An authority that this computer trusts and others do not: a company's, a virus scanner's, or worse.
        OnlyHere {
            /// The authority's name; empty when it has none.
            issuer: Name
        } => "only-here", Advice;
        /// An authority that nobody trusts.
        Stranger {
            /// The authority's name; empty when it has none.
            issuer: Name
        } => "stranger", Broken;
        /// The certificate is for another host.
        AnotherHost {
            /// The name of the authority that issued it; empty when it has none.
            issuer: Name
        } => "another-host", Broken;
        /// The certificate is expired by this computer's clock.
        Expired {
            /// The name of the authority that issued it; empty when it has none.
            issuer: Name,
            /// For how many days, by this computer's clock.
            days: u64
        } => "expired", Broken;
        /// The certificate is not valid yet by this computer's clock.
        NotYetValid {
            /// The name of the authority that issued it; empty when it has none.
            issuer: Name,
            /// In how many days it will be, by this computer's clock.
            days: u64
        } => "not-yet-valid", Broken;
        /// The authority took the certificate back.
        Revoked {
            /// The name of the authority that issued it; empty when it has none.
            issuer: Name
        } => "revoked", Broken;
        /// The certificate is wrong in another way.
        Wrong {
            /// The name of the authority that issued it; empty when it has none.
            issuer: Name
        } => "wrong", Broken;
    }

    /// This computer's clock, against the provider's.
    Clock(ClockDetail) = "clock" {
        /// It is right, as far as can be told.
        Right {
            /// By how much it is off at least: less than 30.
            seconds: u64
        } => "right", Good;
        /// It is 30 to 59 seconds fast at least, and still within what is tolerated.
        RatherFast {
            /// By how much at least.
            seconds: u64
        } => "rather-fast", Advice;
        /// It is 30 to 59 seconds slow at least, and still within what is tolerated.
        RatherSlow {
            /// By how much at least.
            seconds: u64
        } => "rather-slow", Advice;
        /// It is 60 seconds fast or more.
        Fast {
            /// By how much at least.
            seconds: u64
        } => "fast", Broken;
        /// It is 60 seconds slow or more.
        Slow {
            /// By how much at least.
            seconds: u64
        } => "slow", Broken;
        /// The provider's certificate is not valid yet by it: it is probably slow.
        BeforeCertificate => "before-certificate", Advice;
        /// The provider's certificate is expired by it: it is fast, or the provider is late.
        AfterCertificate => "after-certificate", Advice;
    }
}
