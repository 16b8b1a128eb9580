//! A clerk's desk: a folder with a recipe and an export, a practice office where one is wanted, and the program itself,
//! started as a shell starts it and with none of the settings of the computer that the tests run on.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use assert_cmd::Command;
use eintrag::sandbox::{Options, Sandbox};
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// A short recipe that enters `inbox/mai.csv` into the practice office.
pub const RECIPE: &str = r#"recipe: mai
source:
  csv: { file: ../inbox/mai.csv }
  locale: de
fields:
  number:   { column: Nummer, required: true }
  supplier: { column: Lieferant, required: true }
  issued:   { column: Datum, type: date }
  gross:    { column: Betrag, type: decimal, decimals: 2 }
key: [supplier, number]
retry: { attempts: 2, wait: 5ms, max_wait: 50ms }
settle: 50ms
targets:
  erp:
    http: { url: "${env.ERP_URL}", auth: { bearer: "${secrets.ERP_TOKEN}" }, timeout: 10s }
    lookup:
      - get: /api/invoices
        query: { number: "${number}", supplier: "${supplier}" }
        list: $.items
        same: { $.total: "${gross}" }
    steps:
      - post: /api/invoices
        json: { number: "${number}", supplier: "${supplier}", issued: "${issued}", total: "${gross}" }
        expect: { status: 201 }
"#;

/// Two good rows and one with an English amount.
pub const EXPORT: &str = "Nummer;Lieferant;Datum;Betrag\n\
    R-1;Bäckerei Öztürk;02.05.2026;48,20\n\
    R-2;Huber AG;04.05.2026;12.50\n\
    R-3;Huber AG;05.05.2026;1.190,00\n";

/// The folder, and what stands in it.
pub struct Desk {
    folder: TempDir,
}

impl Desk {
    /// A desk with [`RECIPE`] and [`EXPORT`].
    pub fn new() -> Self {
        let desk = Self { folder: tempfile::tempdir().unwrap() };
        desk.write("recipes/mai.yaml", RECIPE);
        desk.write("inbox/mai.csv", EXPORT);
        desk
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    pub fn file(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    pub fn write(&self, path: &str, text: &str) {
        let path = self.file(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// The program, started in the folder.
    pub fn eintrag(&self, arguments: &[&str]) -> Said {
        self.eintrag_with(arguments, &[])
    }

    /// The same with variables of the environment.
    pub fn eintrag_with(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Said {
        Said::of(
            program()
                .current_dir(self.path())
                .args(arguments)
                .envs(variables.iter().copied())
                .output()
                .expect("the program starts"),
        )
    }
}

/// The program without the settings of this computer.
pub fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_eintrag"));
    for name in ["LC_ALL", "LC_MESSAGES", "LANG", "ERP_URL", "ERP_TOKEN", "EINTRAG_SECRETS", "CREDENTIALS_DIRECTORY"] {
        command.env_remove(name);
    }
    // A proxy of this computer is not asked for what is on this computer.
    command.env("NO_PROXY", "127.0.0.1").env("EINTRAG_USER", "anna");
    command
}

/// What the program said, and how it ended.
pub struct Said {
    pub out: String,
    pub err: String,
    pub code: i32,
}

impl Said {
    fn of(output: Output) -> Self {
        Self {
            out: String::from_utf8(output.stdout).expect("stdout is UTF-8"),
            err: String::from_utf8(output.stderr).expect("stderr is UTF-8"),
            code: output.status.code().expect("the program ends by itself"),
        }
    }

    /// Fails with all that was said unless the program ended with this code.
    #[track_caller]
    pub fn ended(self, code: i32) -> Self {
        assert_eq!(self.code, code, "stdout:\n{}\nstderr:\n{}", self.out, self.err);
        self
    }
}

/// A practice office in this process.
pub struct Office {
    runtime: Runtime,
    office: Sandbox,
}

impl Office {
    pub fn open() -> Self {
        let runtime = Runtime::new().unwrap();
        let office = runtime.block_on(Sandbox::start(Options::default())).unwrap();
        Self { runtime, office }
    }

    pub fn url(&self) -> String {
        self.office.url()
    }

    /// All requests it ever got.
    pub fn requests(&self) -> u64 {
        self.office.requests()
    }

    /// How many writes took.
    pub fn entered(&self) -> usize {
        self.office.ledger().iter().filter(|write| write.took).count()
    }

    /// Closes it, so that its address answers no more.
    pub fn close(self) {
        self.runtime.block_on(self.office.stop());
    }
}
