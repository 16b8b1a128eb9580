//! Finding WebDriver servers and browsers: on the `PATH`, in the variables that build machines set, and in the usual
//! places of each system.

use std::path::{Path, PathBuf};

use crate::recipe::model::BrowserName;
use crate::target::Trouble;
use crate::target::browser::BrowserTrouble;

/// A browser and its driver on this computer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Installed {
    /// Which browser.
    pub name: BrowserName,
    /// The WebDriver server.
    pub driver: PathBuf,
    /// The browser; none where the driver finds it by itself.
    pub browser: Option<PathBuf>,
}

/// What of a browser and its driver is on this computer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Present {
    /// Which browser.
    pub name: BrowserName,
    /// What its driver is called.
    pub driver_name: &'static str,
    /// The driver.
    pub driver: Option<PathBuf>,
    /// The browser.
    pub browser: Option<PathBuf>,
}

/// What is known of a browser: the names of its driver and of itself, and where they usually are.
struct Known {
    name: BrowserName,
    driver: &'static str,
    /// Variables that name the driver's folder on build machines.
    variable: &'static str,
    browsers: &'static [&'static str],
    /// Places below the folders of programs, on Windows and macOS.
    places: &'static [&'static str],
}

/// In the order of preference.
const KNOWN: [Known; 4] = [
    Known {
        name: BrowserName::Chromium,
        driver: "chromedriver",
        variable: "CHROMEWEBDRIVER",
        browsers: &["chromium", "chromium-browser"],
        places: &["Chromium/Application/chrome.exe", "Chromium.app/Contents/MacOS/Chromium"],
    },
    Known {
        name: BrowserName::Chrome,
        driver: "chromedriver",
        variable: "CHROMEWEBDRIVER",
        browsers: &["google-chrome-stable", "google-chrome", "chrome"],
        places: &["Google/Chrome/Application/chrome.exe", "Google Chrome.app/Contents/MacOS/Google Chrome"],
    },
    Known {
        name: BrowserName::Edge,
        driver: "msedgedriver",
        variable: "EDGEWEBDRIVER",
        browsers: &["microsoft-edge-stable", "microsoft-edge"],
        places: &["Microsoft/Edge/Application/msedge.exe", "Microsoft Edge.app/Contents/MacOS/Microsoft Edge"],
    },
    Known {
        name: BrowserName::Firefox,
        driver: "geckodriver",
        variable: "GECKOWEBDRIVER",
        browsers: &["firefox", "firefox-esr"],
        places: &["Mozilla Firefox/firefox.exe", "Firefox.app/Contents/MacOS/firefox"],
    },
];

/// The browsers that can be driven here.
pub fn installed() -> Vec<Installed> {
    KNOWN.iter().filter_map(|known| known.look().installed()).collect()
}

/// All browsers that are known, and what of them is here, in the order of preference.
pub fn present() -> Vec<Present> {
    KNOWN.iter().map(Known::look).collect()
}

/// The browser that the recipe wants, or the first that is found.
pub(in crate::target::browser) fn find(wanted: Option<BrowserName>) -> Result<Installed, Trouble> {
    let mut known = KNOWN.iter().filter(|known| wanted.is_none_or(|wanted| known.name == wanted));
    known.find_map(|known| known.look().installed()).ok_or_else(|| {
        let mut drivers: Vec<&str> =
            KNOWN.iter().filter(|known| wanted.is_none_or(|wanted| known.name == wanted)).map(|k| k.driver).collect();
        drivers.dedup();
        BrowserTrouble::NoDriver(drivers.into_iter().map(str::to_owned).collect()).into()
    })
}

impl Known {
    fn look(&self) -> Present {
        let driver = executable(self.driver, &driver_folders(self.variable));
        let on_path = self.browsers.iter().find_map(|name| executable(name, &path_folders()));
        let browser = on_path.or_else(|| {
            program_folders().iter().flat_map(|folder| self.places.iter().map(|place| folder.join(place))).find(is_file)
        });
        Present { name: self.name, driver_name: self.driver, driver, browser }
    }
}

impl Present {
    /// The browser with its driver, where it can be driven.
    pub fn installed(&self) -> Option<Installed> {
        let driver = self.driver.clone()?;
        // Firefox and Edge are found by their drivers; one chromedriver serves two browsers, so it must be told.
        let driver_finds = matches!(self.name, BrowserName::Firefox | BrowserName::Edge);
        if self.browser.is_none() && !driver_finds {
            return None;
        }
        Some(Installed { name: self.name, driver, browser: self.browser.clone() })
    }
}

#[expect(clippy::ptr_arg, reason = "the form that `find` of an iterator of paths wants")]
fn is_file(path: &PathBuf) -> bool {
    path.is_file()
}

/// The first file of this name (with the system's ending) in the folders.
fn executable(name: &str, folders: &[PathBuf]) -> Option<PathBuf> {
    folders.iter().map(|folder| folder.join(format!("{name}{}", std::env::consts::EXE_SUFFIX))).find(is_file)
}

fn path_folders() -> Vec<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let usual = ["/usr/bin", "/usr/local/bin", "/snap/bin", "/opt/homebrew/bin"];
    std::env::split_paths(&path).chain(usual.map(PathBuf::from)).collect()
}

/// Folders in which drivers are put: beside this program too, where an administrator may lay it.
fn driver_folders(variable: &str) -> Vec<PathBuf> {
    let stated = std::env::var_os(variable).map(PathBuf::from).into_iter();
    let beside = std::env::current_exe().ok().and_then(|program| program.parent().map(Path::to_owned));
    let home = std::env::var_os("HOME").or_else(|| std::env::var_os("USERPROFILE")).map(PathBuf::from);
    let of_home = home.into_iter().flat_map(|home| [home.join(".cargo").join("bin"), home.join(".local").join("bin")]);
    let usual = ["/usr/lib/chromium", "/usr/lib/chromium-browser", "/usr/lib/chromium-driver", "C:/WebDriver"];
    stated.chain(path_folders()).chain(beside).chain(of_home).chain(usual.map(PathBuf::from)).collect()
}

/// The folders of installed programs.
fn program_folders() -> Vec<PathBuf> {
    let variables = ["ProgramFiles", "ProgramFiles(x86)", "LOCALAPPDATA"];
    let of_windows = variables.iter().filter_map(std::env::var_os).map(PathBuf::from);
    of_windows.chain([PathBuf::from("/Applications")]).collect()
}
