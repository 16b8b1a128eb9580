//! A browser target behind the [`Target`] trait: which session works, what was done in it, and what a failure means.

use std::path::PathBuf;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::OnceCell;
use url::Url;

use super::BrowserTrouble;
use super::driver::{Driver, Folder, Installed, find, sweep};
use super::evidence::{Evidence, Log};
use super::page::Conditions;
use super::perform::{Bench, Doer};
use super::pool::{Lease, Pool};
use super::render::Renderer;
use super::session::Session;
use super::{capabilities::capabilities, plan};
use crate::expression::{Expression, Scope};
use crate::recipe::model::{self, BrowserPart, BrowserSettings, PartKind, Recipe, Screenshots, Steps, TargetKind};
use crate::secret::Secrets;
use crate::target::fill::Filler;
use crate::target::scope::{Overlay, Snapshot};
use crate::target::site::Site;
use crate::target::{
    Captures, Class, Doing, Failure, Held, Job, Looked, Mode, Polled, Submitted, Target, Trouble, Verified,
};

/// How browsers are run, besides what the recipe says.
#[derive(Clone, Debug, Default)]
pub struct BrowserOptions {
    /// The state folder, where running browsers are noted.
    pub state: PathBuf,
    /// Where pages are kept.
    pub evidence: Arc<Evidence>,
    /// Whether the window is shown.
    pub headed: bool,
    /// A pause after each step.
    pub slow: Option<Duration>,
    /// Whether the filled form is kept, since it is never submitted.
    pub rehearse: bool,
}

/// One system that records are entered into through its pages.
pub struct BrowserTarget {
    pub(super) recipe: Arc<Recipe>,
    index: usize,
    base: String,
    origin: String,
    webdriver: Option<String>,
    pub(super) secrets: Arc<Secrets>,
    pub(super) snapshot: Snapshot,
    options: BrowserOptions,
    pool: Arc<Pool>,
    installed: OnceCell<Installed>,
    /// Held while somebody logs in, so that a wrong password is tried once; what the login failed with.
    pub(super) login: tokio::sync::Mutex<()>,
    login_failed: Mutex<Option<Failure>>,
    /// Whether a login was made in any session.
    pub(super) has_logged_in: AtomicBool,
    pub(super) nothing: Captures,
}

impl BrowserTarget {
    /// A target of a recipe. `scope` gives the environment and the secrets that its settings and its login use; they are
    /// read once, here. No browser is started before it is needed.
    ///
    /// # Errors
    /// What in the settings cannot be used: the URL, a secret that is not set.
    pub fn new(
        recipe: Arc<Recipe>,
        index: usize,
        scope: &(dyn Scope + Sync),
        secrets: Arc<Secrets>,
        options: BrowserOptions,
    ) -> Result<Self, Trouble> {
        let missing = || Trouble::Settings(format!("there is no browser target {index}"));
        let target = recipe.targets.get(index).ok_or_else(missing)?;
        let TargetKind::Browser(settings) = &target.kind else { return Err(missing()) };
        let mut snapshot = Snapshot::default();
        super::walk::settings(settings, &mut |expression: &Expression| snapshot.take(expression, scope));
        snapshot.check().map_err(Trouble::Settings)?;
        let filler = Filler { recipe: &recipe, show: false };
        let base = filler.required(&settings.url.value, &Site::new("`url:`", &settings.url.span), &snapshot)?;
        let parsed = Url::parse(&base).map_err(|error| Trouble::Settings(format!("`{base}` is no URL: {error}")))?;
        if !matches!(parsed.scheme(), "http" | "https") {
            return Err(Trouble::Settings(format!(
                "`{base}` is no address of the web: it begins with http:// or https://"
            )));
        }
        let webdriver = settings
            .webdriver
            .as_ref()
            .map(|url| filler.required(&url.value, &Site::new("`webdriver:`", &url.span), &snapshot))
            .transpose()?
            .map(|url| if url.ends_with('/') { url } else { format!("{url}/") });
        let sessions = settings.sessions;
        Ok(Self {
            index,
            origin: parsed.origin().ascii_serialization(),
            base,
            webdriver,
            secrets,
            snapshot,
            options,
            pool: Pool::new(sessions),
            installed: OnceCell::new(),
            login: tokio::sync::Mutex::default(),
            login_failed: Mutex::default(),
            has_logged_in: AtomicBool::new(false),
            nothing: Captures::new(),
            recipe,
        })
    }

    /// The origin of its URL: `https://portal.example`.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// As the recipe describes it.
    pub(super) fn model(&self) -> &model::Target {
        // That it is there was checked when this was made, and recipes do not change.
        &self.recipe.targets[self.index]
    }

    pub(super) fn settings(&self) -> &BrowserSettings {
        match &self.model().kind {
            TargetKind::Browser(settings) => settings,
            TargetKind::Http(_) => unreachable!("that it is a browser target was checked when this was made"),
        }
    }

    pub(super) fn renderer(&self) -> Renderer<'_> {
        let filler = Filler { recipe: &self.recipe, show: false };
        Renderer { filler, locale: self.settings().locale, base: &self.base }
    }

    /// Captures of the steps at hand over the record's values.
    pub(super) fn overlay<'a>(&'a self, scope: &'a (dyn Scope + Sync), captures: &'a Captures) -> Overlay<'a> {
        Overlay { parent: scope, target: &self.model().name, login: &self.nothing, captures }
    }

    pub(super) fn is_headed(&self) -> bool {
        self.options.headed || self.settings().headed
    }

    pub(super) fn slow(&self) -> Duration {
        self.options.slow.unwrap_or(self.settings().slow)
    }

    /// The recipe's own text at a place.
    pub(super) fn text_of(&self, span: &std::ops::Range<usize>) -> String {
        self.recipe.text.text.get(span.clone()).unwrap_or_default().to_owned()
    }

    /// What a page shows that is logged in; none where the target has no login.
    pub(super) fn login_conditions(&self) -> Result<Option<Conditions>, Trouble> {
        let Some(login) = &self.settings().login else { return Ok(None) };
        Ok(Some(self.renderer().conditions(&login.logged_in, None, &self.snapshot)?.page))
    }

    /// Keeps a picture of the page under a name.
    pub(super) async fn keep_picture(&self, bench: &mut Bench, name: &str) {
        let _ = self.options.evidence.keep(bench, name, &self.secrets).await;
    }

    /// The session for an entry: the one that is held for it, or another one, opened where there is none.
    pub(super) async fn lease(&self, held: &Held) -> Result<Lease, Failure> {
        let mut lease = match held.take::<Lease>() {
            Some(lease) => lease,
            None => self.pool.lease().await,
        };
        if lease.bench.as_ref().is_some_and(|bench| bench.session.sick) {
            lease.discard().await;
        }
        if lease.bench.is_none() {
            let session = self.open_session().await.map_err(|trouble| self.failure(Class::NotSubmitted, trouble))?;
            lease.bench = Some(Bench::new(session));
        }
        Ok(lease)
    }

    /// Starts a browser as a run does, and ends it again.
    ///
    /// # Errors
    /// Why none can be started.
    pub async fn try_session(&self) -> Result<(), Trouble> {
        self.open_session().await?.end().await;
        Ok(())
    }

    async fn open_session(&self) -> Result<Session, Trouble> {
        let settings = self.settings();
        if let Some(url) = &self.webdriver {
            let wanted = capabilities(settings, self.is_headed(), None);
            return Session::new(url, wanted, None, settings.page_timeout).await;
        }
        let wanted = settings.browser;
        let installed = self
            .installed
            .get_or_try_init(|| async {
                let state = self.options.state.clone();
                // What a killed process left behind is ended before anything new is started; that blocks.
                let _ = tokio::task::spawn_blocking(move || sweep(&state)).await;
                find(wanted)
            })
            .await?;
        let folder = Folder::new(&self.options.state)
            .map_err(|error| Trouble::Settings(format!("no folder for the browser's profile can be made: {error}")))?;
        let driver = Driver::start(installed, folder).await.map_err(Trouble::from)?;
        let url = driver.url();
        let profile = driver.folder().path().join("profile");
        let wanted = capabilities(settings, self.is_headed(), Some((installed, &profile)));
        Session::new(&url, wanted, Some(driver), settings.page_timeout).await
    }

    pub(super) fn part(&self, job: Job<'_>) -> Result<&BrowserPart, Failure> {
        let missing = || self.failure(Class::Refused, Trouble::Recipe(format!("there is no part {}", job.part)));
        match &self.model().parts.get(job.part).ok_or_else(missing)?.kind {
            PartKind::Browser(part) => Ok(part),
            PartKind::Http(_) => Err(missing()),
        }
    }

    pub(super) fn steps(&self, job: Job<'_>) -> Result<&Steps<model::BrowserStep>, Failure> {
        Ok(self.part(job)?.steps(job.mode == Mode::Update))
    }

    /// A failure in words that hold no secret.
    pub(super) fn failure(&self, class: Class, trouble: Trouble) -> Failure {
        Failure { class, trouble, answer: None, retry_after: None }
    }

    /// What a trouble before the submit means, with the page kept.
    pub(super) async fn failed_before(&self, lease: &mut Lease, trouble: Trouble) -> Failure {
        let class = class_before(&trouble);
        self.failed(lease, class, trouble).await
    }

    /// A failure of a class, with the page kept; a session that is lost is ended.
    pub(super) async fn failed(&self, lease: &mut Lease, class: Class, trouble: Trouble) -> Failure {
        let mut trouble = trouble;
        if let Some(bench) = &mut lease.bench {
            // Where the next record goes on is not known any more; a login page means that the login is gone.
            let is_login = matches!(&trouble, Trouble::Browser(one) if matches!(**one, BrowserTrouble::LoginPage(_)));
            if is_login && !bench.session.login_proven && bench.session.logged_in {
                self.note_login_failure(trouble.clone());
            }
            if is_login || self.settings().stay {
                bench.session.logged_in = false;
                bench.session.login_proven = false;
            }
            let name = self.model().name.to_string();
            if let Some(folder) = self.options.evidence.keep(bench, &name, &self.secrets).await {
                trouble = BrowserTrouble::Kept { trouble: Box::new(trouble), at: folder.display().to_string() }.into();
            }
            if bench.session.sick {
                lease.discard().await;
            }
        }
        self.failure(class, trouble)
    }

    pub(super) fn note_login_failure(&self, trouble: Trouble) -> Failure {
        let failure = self.failure(Class::Login, Trouble::LoginFailed(Box::new(trouble)));
        *self.login_failed.lock().unwrap_or_else(PoisonError::into_inner) = Some(failure.clone());
        failure
    }

    pub(super) fn login_failure(&self) -> Option<Failure> {
        self.login_failed.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn staged(&self, job: Job<'_>) -> Result<Captures, Failure> {
        let steps = self.steps(job)?;
        let mut lease = self.lease(job.held).await?;
        if let Some(bench) = &mut lease.bench
            && self.settings().stay
            && bench.session.away
            && !steps.before.iter().any(is_open)
        {
            // Only the login leads back to the page that stays.
            bench.session.logged_in = false;
        }
        self.ready(&mut lease).await?;
        let done = match &mut lease.bench {
            None => Err(lost()),
            Some(bench) => {
                bench.session.away = false;
                bench.log = Log::new(bench.session.trips);
                bench.forget();
                bench.staged = None;
                let _ = bench.session.tidy().await;
                self.stage_steps(bench, steps, job).await
            }
        };
        let result = match done {
            Ok(captures) => Ok(captures),
            Err(trouble) => Err(self.failed_before(&mut lease, trouble).await),
        };
        job.held.put(lease);
        result
    }

    async fn stage_steps(
        &self,
        bench: &mut Bench,
        steps: &Steps<model::BrowserStep>,
        job: Job<'_>,
    ) -> Result<Captures, Trouble> {
        let mut doer = Doer { target: self, bench, scope: job.scope, captures: Captures::new(), guarded: true };
        let rest = doer.all_but_last_batch(&steps.before).await?;
        doer.foresee(rest, &steps.submit).await?;
        if self.options.rehearse {
            doer.rehearse(&steps.submit).await?;
        }
        let captures = std::mem::take(&mut doer.captures);
        bench.session.login_proven = true;
        if self.options.rehearse {
            let name = format!("{} rehearsed", self.model().name);
            self.keep_picture(bench, &name).await;
        }
        Ok(captures)
    }

    /// Harmless steps that only read, in a session of the entry.
    pub(super) async fn read_steps(
        &self,
        job: Job<'_>,
        steps: &[model::BrowserStep],
    ) -> Result<Captures, (Failure, Captures)> {
        let mut lease = self.lease(job.held).await.map_err(|failure| (failure, Captures::new()))?;
        self.ready(&mut lease).await.map_err(|failure| (failure, Captures::new()))?;
        let (done, captures) = match &mut lease.bench {
            None => (Err(lost()), Captures::new()),
            Some(bench) => {
                bench.forget();
                bench.session.away |= steps.iter().any(is_open);
                let mut doer = Doer { target: self, bench, scope: job.scope, captures: Captures::new(), guarded: true };
                let done = doer.steps(steps).await;
                (done, doer.captures)
            }
        };
        let result = match done {
            Ok(()) => Ok(captures),
            Err(trouble) => Err((self.failed_before(&mut lease, trouble).await, captures)),
        };
        job.held.put(lease);
        result
    }

    /// Keeps the page of an entry that was made, where the recipe wants that.
    pub(super) async fn keep_good(&self, bench: &mut Bench) {
        if self.settings().screenshots == Screenshots::Always {
            let name = format!("{} entered", self.model().name);
            self.keep_picture(bench, &name).await;
        }
    }
}

fn is_open(step: &model::BrowserStep) -> bool {
    matches!(step.action, model::Action::Open(_))
}

/// A session that is gone before anything was done in it.
pub(super) fn lost() -> Trouble {
    BrowserTrouble::Lost("there is no browser any more".to_owned()).into()
}

/// What a trouble before the submit means: nothing was written, so most of them may be tried again.
pub(super) fn class_before(trouble: &Trouble) -> Class {
    match trouble {
        Trouble::Recipe(_) | Trouble::File { .. } => Class::Refused,
        Trouble::Browser(trouble) => match &**trouble {
            BrowserTrouble::NotKept(_)
            | BrowserTrouble::Taken { .. }
            | BrowserTrouble::NoOption { .. }
            | BrowserTrouble::Invalid(_)
            | BrowserTrouble::Dialog(_)
            | BrowserTrouble::Selector { .. } => Class::Refused,
            BrowserTrouble::LoginPage(_) => Class::Login,
            BrowserTrouble::Kept { trouble, .. } => class_before(trouble),
            _ => Class::NotSubmitted,
        },
        _ => Class::NotSubmitted,
    }
}

impl Target for BrowserTarget {
    fn prepare(&self, job: Job<'_>) -> Result<Vec<serde_json::Value>, Trouble> {
        render_steps(&self.recipe, self.model(), job)
    }

    fn login(&self, _seen: u64) -> Doing<'_, Result<u64, Failure>> {
        Box::pin(self.log_in())
    }

    fn logins(&self) -> u64 {
        0
    }

    fn stage<'a>(&'a self, job: Job<'a>) -> Doing<'a, Result<Captures, Failure>> {
        Box::pin(self.staged(job))
    }

    fn submit<'a>(&'a self, job: Job<'a>) -> Doing<'a, Submitted> {
        Box::pin(async move {
            match self.submitted(job).await {
                Ok(receipt) => Submitted::Done(receipt),
                Err(failure) => Submitted::Failed(failure),
            }
        })
    }

    fn poll<'a>(&'a self, _job: Job<'a>) -> Doing<'a, Polled> {
        Box::pin(async { Polled::Done(Captures::new()) })
    }

    fn finish<'a>(&'a self, job: Job<'a>) -> Doing<'a, Result<Captures, Failure>> {
        Box::pin(async move {
            let steps = self.steps(job)?;
            self.read_steps(job, &steps.after).await.map_err(|(failure, _)| failure)
        })
    }

    fn lookup<'a>(&'a self, job: Job<'a>) -> Doing<'a, Looked> {
        Box::pin(self.look_up(job))
    }

    fn verify<'a>(&'a self, job: Job<'a>) -> Doing<'a, Verified> {
        Box::pin(async move {
            let part = match self.part(job) {
                Ok(part) => part,
                Err(failure) => return Verified::Failed(failure),
            };
            match self.read_steps(job, &part.verify).await {
                Ok(_) => Verified::Same,
                Err((failure, _)) => match differences(&failure.trouble) {
                    Some(differences) => Verified::Different(differences),
                    None => Verified::Failed(failure),
                },
            }
        })
    }

    fn close(&self) -> Doing<'_, ()> {
        Box::pin(self.pool.close())
    }
}

/// What a page that was read back shows otherwise than expected.
fn differences(trouble: &Trouble) -> Option<Vec<crate::target::Difference>> {
    let Trouble::Browser(trouble) = trouble else { return None };
    match &**trouble {
        BrowserTrouble::Different(differences) => Some(differences.clone()),
        BrowserTrouble::Kept { trouble, .. } => differences(trouble),
        _ => None,
    }
}

/// The steps of a job as they would be done, for people and for the dry run; without any browser.
///
/// # Errors
/// What in the record or the recipe keeps them from being done.
pub fn render_steps(recipe: &Recipe, target: &model::Target, job: Job<'_>) -> Result<Vec<serde_json::Value>, Trouble> {
    let TargetKind::Browser(settings) = &target.kind else { return Ok(Vec::new()) };
    let filler = Filler { recipe, show: true };
    let base = filler.required(&settings.url.value, &Site::new("`url:`", &settings.url.span), job.scope)?;
    let renderer = Renderer { filler, locale: settings.locale, base: &base };
    let Some(PartKind::Browser(part)) = target.parts.get(job.part).map(|part| &part.kind) else {
        return Ok(Vec::new());
    };
    let steps = part.steps(job.mode == Mode::Update);
    let mut views = Vec::new();
    let mut ready = Vec::new();
    renderer.plan(&steps.before, settings.timeout, job.scope, &mut ready)?;
    views.extend(plan::views(&ready));
    if let model::Action::Submit(submit) = &steps.submit.action {
        views.push(renderer.submit_view(submit, steps.submit.within.as_ref(), job.scope)?);
        let mut end = Vec::new();
        renderer.plan(&submit.end, settings.timeout, job.scope, &mut end)?;
        views.extend(plan::views(&end));
    }
    let mut after = Vec::new();
    renderer.plan(&steps.after, settings.timeout, job.scope, &mut after)?;
    views.extend(plan::views(&after));
    Ok(views)
}
