//! What all scenarios have: this program to start children of, a runtime for the mock provider, how long to go on.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use tokio::runtime::{Builder, Handle, Runtime};

use crate::canary::Searched;
use crate::error::{Result, system};
use crate::place::Place;

/// How much of each scenario is run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    /// Enough to see that it holds, in minutes on two cores.
    Short,
    /// The figures that the manual states.
    Long,
}

/// What all scenarios have.
pub struct Harness {
    /// The program that children are started from: this crate's own.
    pub program: PathBuf,
    /// How much is run.
    pub size: Size,
    /// Runs at each crash point, instead of what the size says.
    pub runs: Option<usize>,
    runtime: Runtime,
    searched: Mutex<Searched>,
    unlogged: AtomicBool,
    from: Instant,
}

impl Harness {
    /// Sets up what scenarios need.
    ///
    /// # Errors
    /// `System` when no runtime can be made.
    pub fn new(program: PathBuf, size: Size, runs: Option<usize>) -> Result<Self> {
        let runtime = Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .map_err(system("a runtime"))?;
        Ok(Self {
            program,
            size,
            runs,
            runtime,
            searched: Mutex::default(),
            unlogged: AtomicBool::new(false),
            from: Instant::now(),
        })
    }

    /// The runtime of mock providers.
    pub fn runtime(&self) -> &Handle {
        self.runtime.handle()
    }

    /// One of two numbers, by size.
    pub fn by_size<T>(&self, short: T, long: T) -> T {
        match self.size {
            Size::Short => short,
            Size::Long => long,
        }
    }

    /// Says how far it is, where people look and no program does.
    pub fn tell(&self, progress: &str) {
        let seconds = self.from.elapsed().as_secs();
        eprintln!("{:3}:{:02}  {progress}", seconds / 60, seconds % 60);
    }

    /// Searches what a run left, and adds it to what was searched before.
    ///
    /// # Errors
    /// `System` when a file cannot be read.
    pub(crate) fn search(&self, place: &Place<'_>) -> Result<()> {
        let searched = place.search()?;
        if !place.keeps_logs() {
            self.unlogged.store(true, Ordering::Relaxed);
        }
        self.add(searched);
        Ok(())
    }

    /// Adds what was searched elsewhere.
    pub(crate) fn add(&self, searched: Searched) {
        let mut all = self.searched.lock().unwrap_or_else(PoisonError::into_inner);
        all.add(searched);
    }

    /// Whether some of the runs that were searched kept no logs.
    pub fn has_unlogged(&self) -> bool {
        self.unlogged.load(Ordering::Relaxed)
    }

    /// What was searched so far.
    pub fn searched(&self) -> Searched {
        self.searched.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
