//! An HTTP target behind the [`Target`] trait.

use std::sync::{Arc, Mutex, PoisonError};

use url::Url;

use super::call::{Credentials, Options, Transport, basic};
use super::oauth::OAuth;
use super::render::{Renderer, check_steps, header, render_steps};
use super::session::Session;
use super::steps::{Performed, Standing};
use super::walk;
use crate::expression::{Scope, Template};
use crate::recipe::model::{
    self, Auth, HttpCall, HttpPart, HttpSettings, HttpStep, PartKind, Recipe, Steps, TargetKind,
};
use crate::secret::Secrets;
use crate::target::fill::Filler;
use crate::target::scope::{Overlay, Snapshot};
use crate::target::site::Site;
use crate::target::{
    Captures, Class, Difference, Doing, Failure, Job, Looked, Mode, Polled, Receipt, Submitted, Target, Trouble,
    Verified,
};

/// One HTTP system that records are entered into. Shared by all workers: its connections, its session and its rate are
/// one.
pub struct HttpTarget {
    pub(super) recipe: Arc<Recipe>,
    pub(super) index: usize,
    /// Its settings in the recipe.
    pub(super) settings: HttpSettings,
    pub(super) base: String,
    /// The origin of its URL, as text too.
    pub(super) origin: (url::Origin, String),
    pub(super) transport: Transport,
    pub(super) secrets: Arc<Secrets>,
    /// The values that the settings and the login use.
    pub(super) snapshot: Snapshot,
    /// `headers:` of the settings.
    pub(super) headers: reqwest::header::HeaderMap,
    pub(super) oauth: Option<OAuth>,
    pub(super) session: Mutex<Arc<Session>>,
    /// Held while somebody logs in; what the last failed login was, so that nobody repeats a wrong password.
    pub(super) login: tokio::sync::Mutex<Option<(u64, Failure)>>,
    /// The address that was read last.
    latest: Mutex<Option<(String, Url)>>,
    /// The login under which the first 403 came.
    forbidden: Mutex<Option<u64>>,
}

impl HttpTarget {
    /// A target of a recipe. `scope` gives the environment and the secrets that its settings and its login use; they are
    /// read once, here. The process must have installed a `rustls` crypto provider.
    ///
    /// # Errors
    /// What in the settings cannot be used: the URL, a secret that is not set, the proxy, the certificate authority.
    pub fn new(
        recipe: Arc<Recipe>,
        index: usize,
        scope: &(dyn Scope + Sync),
        secrets: Arc<Secrets>,
    ) -> Result<Self, Trouble> {
        let target =
            recipe.targets.get(index).ok_or_else(|| Trouble::Settings(format!("there is no target {index}")))?;
        let TargetKind::Http(settings) = &target.kind else {
            return Err(Trouble::Settings("it is no `http:` target".to_owned()));
        };
        let mut snapshot = Snapshot::default();
        walk::settings(settings, &mut |expression| snapshot.take(expression, scope));
        if let Some(login) = &settings.login {
            walk::login(login, &mut |expression| snapshot.take(expression, scope));
        }
        snapshot.check().map_err(Trouble::Settings)?;

        let filler = Filler { recipe: &recipe, show: false };
        let required = |what: &str, template: &Template| {
            filler.required(template, &Site::new(what, &settings.url.span), &snapshot)
        };
        let base = required("`url:`", &settings.url.value)?;
        let origin = base_origin(&base)?;
        let mut headers = reqwest::header::HeaderMap::new();
        for (name, value) in &settings.headers {
            let site = Site::named("header", name, &settings.url.span);
            if let Some(value) = filler.header(value, &site, &snapshot)? {
                let (name, value) = header(name, &value).map_err(|why| filler.trouble(&site, &why))?;
                headers.insert(name, value);
            }
        }
        let (auth, oauth) = match &settings.auth {
            None | Some(Auth::Cookie(_)) => (Credentials::Session, None),
            Some(Auth::Basic { user, password }) => {
                let value = basic(&required("`user:`", user)?, &required("`password:`", password)?);
                if let Ok(text) = value.to_str() {
                    secrets.keep_out("basic", text.trim_start_matches("Basic "));
                }
                (Credentials::Header(reqwest::header::AUTHORIZATION, value), None)
            }
            Some(Auth::Bearer(token)) => {
                let value = format!("Bearer {}", required("`bearer:`", token)?);
                (Credentials::header("Authorization", &value)?, None)
            }
            Some(Auth::ApiKey { name, query: false, value }) => {
                (Credentials::header(name, &required("`api_key:`", value)?)?, None)
            }
            Some(Auth::ApiKey { name, query: true, value }) => {
                (Credentials::Query(name.clone(), required("`api_key:`", value)?), None)
            }
            Some(Auth::OAuth2(oauth)) => (Credentials::Session, Some(OAuth::new(oauth, &base, &required)?)),
        };
        let ca = match &settings.ca {
            None => None,
            Some(file) => Some(std::fs::read(recipe.folder.join(file)).map_err(|error| {
                Trouble::Settings(format!("`ca:` the file `{}` cannot be read: {error}", file.display()))
            })?),
        };
        let transport = Transport::new(Options {
            timeout: settings.timeout,
            max_answer: settings.max_answer,
            concurrency: settings.concurrency,
            rate: settings.rate,
            proxy: settings.proxy.as_ref().map(|proxy| required("`proxy:`", proxy)).transpose()?,
            ca: ca.as_deref(),
            tls: origin.1.starts_with("https:") || oauth.is_some() || settings.proxy.is_some() || has_secure_proxy(),
            auth,
        })?;
        let session = Session::new(0, headers.clone());
        Ok(Self {
            index,
            settings: settings.clone(),
            base,
            origin,
            transport,
            secrets,
            snapshot,
            headers,
            oauth,
            session: Mutex::new(Arc::new(session)),
            login: tokio::sync::Mutex::default(),
            forbidden: Mutex::default(),
            latest: Mutex::default(),
            recipe,
        })
    }

    /// The origin of its URL: `https://erp.example`.
    pub fn origin(&self) -> &str {
        &self.origin.1
    }

    /// The name under which its entries are remembered: `system:`, else the origin.
    pub fn system(&self) -> &str {
        self.model().system.as_deref().unwrap_or(&self.origin.1)
    }

    /// As the recipe describes it.
    pub(super) fn model(&self) -> &model::Target {
        // That it is there was checked when this was made, and recipes do not change.
        &self.recipe.targets[self.index]
    }

    pub(super) fn filler(&self) -> Filler<'_> {
        Filler { recipe: &self.recipe, show: false }
    }

    pub(super) fn renderer(&self) -> Renderer<'_> {
        Renderer {
            filler: self.filler(),
            settings: &self.settings,
            base: &self.base,
            origin: Some(&self.origin.0),
            latest: Some(&self.latest),
        }
    }

    /// The latest session.
    pub(super) fn session(&self) -> Arc<Session> {
        Arc::clone(&self.session.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Whether there is anything to log in with.
    pub(super) fn has_login(&self) -> bool {
        self.oauth.is_some() || self.settings.login.is_some()
    }

    /// Whether a 403 under this login is the first one, which may mean an expired session. All calls of one session may
    /// meet it together, so it is the first *session* with a 403 that counts.
    pub(super) fn forbidden_means_login(&self, number: u64) -> bool {
        let mut forbidden = self.forbidden.lock().unwrap_or_else(PoisonError::into_inner);
        self.has_login() && *forbidden.get_or_insert(number) == number
    }

    fn part(&self, job: Job<'_>) -> Result<&HttpPart, Failure> {
        match self.model().parts.get(job.part).map(|part| &part.kind) {
            Some(PartKind::Http(part)) => Ok(part),
            _ => Err(self.failure(Class::Refused, Trouble::Recipe(format!("there is no part {}", job.part)), None)),
        }
    }

    fn steps(&self, job: Job<'_>) -> Result<&Steps<HttpStep>, Failure> {
        let part = self.part(job)?;
        match (job.mode, &part.update) {
            (Mode::Enter, _) => Ok(&part.steps),
            (Mode::Update, Some(update)) => Ok(update),
            (Mode::Update, None) => {
                let trouble = Trouble::Recipe(format!("the part {} has no `update:` steps", job.part));
                Err(self.failure(Class::Refused, trouble, None))
            }
        }
    }

    async fn written(&self, job: Job<'_>) -> Result<Performed, Failure> {
        self.perform(self.write(job)?, job.scope, &Captures::new(), Standing::Write).await
    }

    fn write(&self, job: Job<'_>) -> Result<&HttpCall, Failure> {
        match &self.steps(job)?.submit {
            HttpStep::Call(call) => Ok(call),
            HttpStep::ForEach(_) => {
                let trouble = Trouble::Recipe(format!("the write of the part {} is no call", job.part));
                Err(self.failure(Class::Refused, trouble, None))
            }
        }
    }

    async fn polled(&self, job: Job<'_>) -> Polled {
        match self.poll_once(job).await {
            Ok(polled) => polled,
            Err(failure) => Polled::Failed(failure),
        }
    }

    async fn poll_once(&self, job: Job<'_>) -> Result<Polled, Failure> {
        let Some(wait_until) = &self.write(job)?.wait_until else {
            return Ok(Polled::Done(Captures::new()));
        };
        let step = &wait_until.step;
        match self.perform(step, job.scope, &Captures::new(), Standing::Poll).await {
            Ok(performed) if performed.accepted => Ok(Polled::NotYet),
            Ok(performed) => Ok(Polled::Done(performed.captures)),
            Err(failure) => match (failure.class, &failure.trouble) {
                // The target was asked, not told: nothing of this says that the write will not be done.
                (Class::NotSubmitted, _) | (_, Trouble::Timeout(_) | Trouble::Broken(_) | Trouble::Expected { .. }) => {
                    Ok(Polled::NotYet)
                }
                (_, Trouble::Status(408 | 500..)) => Ok(Polled::NotYet),
                (Class::Refused, _) => Err(self.poll_refused(failure)),
                (Class::Exists, _) => Err(Failure { class: Class::Unknown, ..failure }),
                _ => Err(failure),
            },
        }
    }

    /// Only `refused:` says that an accepted write will not be done; a 404 of the address that is asked does not.
    fn poll_refused(&self, failure: Failure) -> Failure {
        match failure.trouble {
            Trouble::Refused { by_recipe: true, .. } => failure,
            _ => Failure { class: Class::Unknown, ..failure },
        }
    }

    async fn read_back(&self, job: Job<'_>) -> Result<Vec<Difference>, Failure> {
        let part = self.part(job)?;
        let mut captures = Captures::new();
        for call in self.unrolled(&part.verify, job.scope)? {
            let session = self.ready().await?;
            match self.perform_one(&session, &call, job.scope, &captures, Standing::Read).await {
                Ok(performed) => captures.extend(performed.captures),
                Err(Failure { trouble: Trouble::Expected { differences, .. }, .. }) => return Ok(differences),
                Err(Failure { trouble: Trouble::Refused { status: status @ (404 | 410), .. }, .. }) => {
                    let found = status.to_string();
                    return Ok(vec![Difference { what: "the status".into(), expected: "200".into(), found }]);
                }
                Err(failure) => return Err(failure),
            }
        }
        Ok(Vec::new())
    }

    /// A failure, with the answer (if there is one) as far as it may be kept.
    pub(super) fn failure(&self, class: Class, trouble: Trouble, answer: Option<&super::answer::Answer>) -> Failure {
        let kept = answer.map(|answer| super::condition::cut(&self.secrets.mask(&answer.text()), 2000));
        Failure {
            class,
            trouble: self.masked(trouble),
            answer: kept.filter(|text| !text.is_empty()),
            retry_after: answer.and_then(|answer| answer.retry_after(std::time::SystemTime::now())),
        }
    }

    /// The target may repeat a secret in its words.
    fn masked(&self, trouble: Trouble) -> Trouble {
        let mask = |text: String| self.secrets.mask(&text);
        match trouble {
            Trouble::Refused { status, reason, by_recipe } => {
                Trouble::Refused { status, reason: reason.map(mask), by_recipe }
            }
            Trouble::Expected { status, differences } => {
                let differences = differences
                    .into_iter()
                    .map(|one| Difference { expected: mask(one.expected), found: mask(one.found), ..one })
                    .collect();
                Trouble::Expected { status, differences }
            }
            Trouble::Recipe(message) => Trouble::Recipe(mask(message)),
            Trouble::Redirect { status, to } => Trouble::Redirect { status, to: mask(to) },
            other => other,
        }
    }

    /// The values of a call: captures of the login and of the steps before, then the record's.
    pub(super) fn overlay<'a>(
        &'a self,
        parent: &'a (dyn Scope + Sync),
        session: &'a Session,
        captures: &'a Captures,
    ) -> Overlay<'a> {
        Overlay { parent, target: &self.model().name, login: &session.captures, captures }
    }
}

impl Target for HttpTarget {
    fn prepare(&self, job: Job<'_>) -> Result<Vec<serde_json::Value>, Trouble> {
        render_steps(&self.recipe, self.model(), job)
    }

    fn check(&self, job: Job<'_>) -> Result<(), Trouble> {
        check_steps(&self.recipe, self.model(), job)
    }

    fn login(&self, seen: u64) -> Doing<'_, Result<u64, Failure>> {
        Box::pin(self.log_in(seen))
    }

    fn logins(&self) -> u64 {
        self.session().number
    }

    fn stage<'a>(&'a self, job: Job<'a>) -> Doing<'a, Result<Captures, Failure>> {
        Box::pin(async move { self.read_all(&self.steps(job)?.before, job.scope).await })
    }

    fn submit<'a>(&'a self, job: Job<'a>) -> Doing<'a, Submitted> {
        Box::pin(async move {
            match self.written(job).await {
                Err(failure) => Submitted::Failed(failure),
                Ok(Performed { captures, status, accepted }) => {
                    let receipt = Receipt { captures, status };
                    if accepted { Submitted::Accepted(receipt) } else { Submitted::Done(receipt) }
                }
            }
        })
    }

    fn poll<'a>(&'a self, job: Job<'a>) -> Doing<'a, Polled> {
        Box::pin(self.polled(job))
    }

    fn finish<'a>(&'a self, job: Job<'a>) -> Doing<'a, Result<Captures, Failure>> {
        Box::pin(async move { self.read_all(&self.steps(job)?.after, job.scope).await })
    }

    fn lookup<'a>(&'a self, job: Job<'a>) -> Doing<'a, Looked> {
        Box::pin(async move {
            match self.part(job) {
                Err(failure) => Looked::Failed(failure),
                Ok(part) => self.look_up(part.lookup.as_ref(), job.scope).await,
            }
        })
    }

    fn verify<'a>(&'a self, job: Job<'a>) -> Doing<'a, Verified> {
        Box::pin(async move {
            match self.read_back(job).await {
                Err(failure) => Verified::Failed(failure),
                Ok(differences) if differences.is_empty() => Verified::Same,
                Ok(differences) => Verified::Different(differences),
            }
        })
    }
}

/// Whether the environment names a proxy that is itself reached over TLS.
fn has_secure_proxy() -> bool {
    let names = ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"];
    names.iter().filter_map(|name| std::env::var(name).ok()).any(|proxy| proxy.starts_with("https:"))
}

fn base_origin(base: &str) -> Result<(url::Origin, String), Trouble> {
    let wrong = |why: &str| Trouble::Settings(format!("`url: {base}` {why}"));
    let url = Url::parse(base).map_err(|error| wrong(&format!("is no URL: {error}")))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(wrong("must begin with http:// or https://"));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(wrong("must not have a query or fragment; put them into the steps"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Trouble::Settings("`url:` must not hold a user or password; use `auth: { basic: … }`".to_owned()));
    }
    let origin = url.origin();
    let text = origin.ascii_serialization();
    Ok((origin, text))
}
