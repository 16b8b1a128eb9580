//! What is kept of a page for people: a picture, the page itself, and the list of steps with their times. Secrets are
//! masked in all of them.

use std::path::PathBuf;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use serde_json::json;

use super::perform::Bench;
use crate::secret::{MASK, Secrets};

/// Pages kept in one run at the most; a target that refuses all records would fill the disk.
const MOST: u32 = 500;

/// Where the pages of a run are kept. The folder is known once the run has its number.
#[derive(Debug, Default)]
pub struct Evidence {
    folder: OnceLock<PathBuf>,
    kept: AtomicU32,
}

/// The steps done for one record.
#[derive(Debug)]
pub(super) struct Log {
    begun: Instant,
    /// Calls over the wire before.
    trips: u64,
    lines: Vec<String>,
}

impl Evidence {
    /// Keeps pages in this folder from now on.
    pub fn keep_in(&self, folder: PathBuf) {
        let _ = self.folder.set(folder);
    }

    /// How many were kept.
    pub fn kept(&self) -> u32 {
        self.kept.load(Ordering::Relaxed).min(MOST)
    }

    /// Keeps the page at hand; answers where. Nothing here fails the record.
    pub(super) async fn keep(&self, bench: &mut Bench, name: &str, secrets: &Secrets) -> Option<PathBuf> {
        let folder = self.folder.get()?;
        let number = self.kept.fetch_add(1, Ordering::Relaxed) + 1;
        if number > MOST {
            return None;
        }
        let safe: String =
            name.chars().map(|letter| if letter.is_alphanumeric() { letter } else { '-' }).take(60).collect();
        let folder = folder.join(format!("{safe}-{number}"));
        tokio::fs::create_dir_all(&folder).await.ok()?;
        let steps = secrets.mask(&bench.log.lines.join("\n"));
        let address = secrets.mask(&bench.session.address);
        let calls = bench.session.trips.saturating_sub(bench.log.trips);
        let text = format!("{steps}\n{address}\n{calls} calls of the driver\n");
        let _ = tokio::fs::write(folder.join("steps.txt"), text).await;
        if bench.session.sick {
            return Some(folder);
        }
        let hidden = Hidden::new(bench, secrets).await;
        if let (true, Ok(picture)) = (hidden.all, bench.session.screenshot().await) {
            let _ = tokio::fs::write(folder.join("page.png"), picture).await;
        }
        if let Ok(source) = bench.session.source().await {
            let _ = tokio::fs::write(folder.join("page.html"), masked_html(&source, secrets)).await;
        }
        hidden.show(bench).await;
        Some(folder)
    }
}

/// Secrets of a page that are hidden for the time of a picture.
struct Hidden {
    /// Whether all are: else no picture is taken.
    all: bool,
}

impl Hidden {
    async fn new(bench: &mut Bench, secrets: &Secrets) -> Self {
        let steps = json!([{ "do": "hide", "timeout": 1000, "secrets": secrets.values(), "mask": MASK }]);
        let ran = bench.session.run(json!({ "steps": steps }), Duration::from_secs(5)).await;
        Self { all: matches!(ran, Ok(super::session::Ran::Answer(_))) }
    }

    async fn show(self, bench: &mut Bench) {
        if self.all {
            let steps = json!([{ "do": "unhide", "timeout": 1000 }]);
            let _ = bench.session.run(json!({ "steps": steps }), Duration::from_secs(5)).await;
        }
    }
}

/// A page's source without secrets, also where they are written with entities.
fn masked_html(source: &str, secrets: &Secrets) -> String {
    let mut masked = secrets.mask(source);
    for secret in secrets.values() {
        let escaped = secret.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;");
        masked = masked.replace(&escaped, MASK);
    }
    masked
}

impl Log {
    /// An empty list that begins now, after so many calls over the wire.
    pub fn new(trips: u64) -> Self {
        Self { begun: Instant::now(), trips, lines: Vec::new() }
    }

    /// Notes a step that has just ended.
    pub fn add(&mut self, shown: &str, begun: Instant, failed: Option<()>) {
        self.add_at(shown, begun, begun.elapsed(), failed);
    }

    /// Notes a step.
    pub fn add_at(&mut self, shown: &str, at: Instant, took: Duration, failed: Option<()>) {
        let since = at.saturating_duration_since(self.begun);
        let end = if failed.is_some() { "  FAILED" } else { "" };
        self.lines.push(format!("{:>8} ms {:>7} ms  {shown}{end}", since.as_millis(), took.as_millis()));
    }

    /// Notes something that is no step.
    pub fn remark(&mut self, text: &str) {
        self.lines.push(format!("{:>8} ms             {text}", self.begun.elapsed().as_millis()));
    }
}
