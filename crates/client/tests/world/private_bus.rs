//! A session bus of a test's own, in a process of its own.
//!
//! What is tested finds its bus by `DBUS_SESSION_BUS_ADDRESS`, and a process must not change its own environment. So a
//! test runs this program again for itself alone, with the address in its environment; there it starts the bus, stops it
//! and starts it anew as it likes. Nothing can find another bus: home and runtime folder are the test's own too.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

const HOME: &str = "DOORKEY_TEST_PRIVATE_BUS";

/// Runs a test on a bus of its own. `programs` are what it needs besides the bus; outside CI it is skipped without them.
pub(crate) fn on_a_private_bus<T: AsyncFnOnce(&mut Bus)>(programs: &[&str], test: T) {
    if let Some(home) = std::env::var_os(HOME) {
        return inside(Path::new(&home), test);
    }
    if let Some(missing) = ["dbus-daemon"]
        .iter()
        .chain(programs)
        .find(|program| !installed(program))
    {
        assert!(std::env::var_os("CI").is_none(), "{missing} is there in CI");
        eprintln!("skipped: {missing} is not installed");
        return;
    }
    let home = tempfile::tempdir().expect("a folder");
    let runtime = home.path().join("run");
    std::fs::create_dir(&runtime).expect("made");
    std::fs::set_permissions(&runtime, std::os::unix::fs::PermissionsExt::from_mode(0o700)).expect("private");
    let ended = Command::new(std::env::current_exe().expect("we run"))
        .args(["--exact", name_of::<T>(), "--nocapture"])
        .env(HOME, home.path())
        .env("HOME", home.path())
        .env("XDG_RUNTIME_DIR", &runtime)
        .env("DBUS_SESSION_BUS_ADDRESS", address(home.path()))
        .env_remove("XDG_DATA_HOME")
        .env_remove("XDG_CONFIG_HOME")
        .env_remove("XDG_CACHE_HOME")
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .output()
        .expect("it runs again");
    // Its bus outlives a test that could not stop it.
    if let Ok(id) = std::fs::read_to_string(home.path().join("bus.pid")) {
        let _ = Command::new("kill").arg(id).status();
    }
    if !ended.status.success() {
        eprintln!("{}", String::from_utf8_lossy(&ended.stdout));
        eprintln!("{}", String::from_utf8_lossy(&ended.stderr));
    }
    assert!(ended.status.success(), "what went wrong stands above");
    // A filter that fits no test ends well, having tested nothing.
    assert!(
        home.path().join("done").exists(),
        "no test is called {}",
        name_of::<T>()
    );
}

/// The name of the test whose closure this is, as the test program lists it.
fn name_of<T>() -> &'static str {
    let path = std::any::type_name::<T>();
    let path = path.split_once("::").map_or(path, |(_crate, path)| path);
    path.split("::{{closure}}").next().unwrap_or(path)
}

fn installed(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
}

fn address(home: &Path) -> String {
    format!("unix:path={}", home.join("bus").display())
}

fn inside<T: AsyncFnOnce(&mut Bus)>(home: &Path, test: T) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime");
    let mut bus = Bus::start(home.to_owned());
    runtime.block_on(test(&mut bus));
    drop(runtime);
    drop(bus);
    std::fs::write(home.join("done"), b"").expect("written");
}

/// A bus. It starts no service by itself, so that an absent one is absent.
pub(crate) struct Bus {
    home: PathBuf,
    daemon: Option<Child>,
}

impl Bus {
    fn start(home: PathBuf) -> Self {
        let mut bus = Self { home, daemon: None };
        bus.restart();
        bus
    }

    /// The test's own home folder.
    pub(crate) fn home(&self) -> &Path {
        &self.home
    }

    pub(crate) fn address(&self) -> String {
        address(&self.home)
    }

    /// Nobody answers at the address any more.
    pub(crate) fn stop(&mut self) {
        if let Some(mut daemon) = self.daemon.take() {
            let _ = daemon.kill();
            let _ = daemon.wait();
            let _ = std::fs::remove_file(self.home.join("bus.pid"));
        }
        let _ = std::fs::remove_file(self.home.join("bus"));
    }

    /// Somebody answers at the address, and knows of nobody yet.
    pub(crate) fn restart(&mut self) {
        self.stop();
        let config = self.home.join("bus.conf");
        std::fs::write(&config, configuration(&self.address())).expect("written");
        let mut daemon = Command::new("dbus-daemon")
            .arg(format!("--config-file={}", config.display()))
            .args(["--nofork", "--nopidfile", "--print-address"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the bus starts");
        // It says its address when it listens.
        let mut said = String::new();
        let stdout = daemon.stdout.take().expect("piped");
        BufReader::new(stdout).read_line(&mut said).expect("read");
        std::fs::write(self.home.join("bus.pid"), daemon.id().to_string()).expect("written");
        self.daemon = Some(daemon);
        assert!(said.starts_with("unix:"), "the bus says where it is");
    }
}

impl Drop for Bus {
    fn drop(&mut self) {
        self.stop();
    }
}

fn configuration(address: &str) -> String {
    format!(
        r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>{address}</listen>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"#
    )
}
