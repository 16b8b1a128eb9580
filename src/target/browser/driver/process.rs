//! A WebDriver server as a process of ours: started on a port that the system chooses, ended with all that it started.

use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use super::find::Installed;
use super::folder::Folder;
use crate::recipe::model::BrowserName;
use crate::target::browser::BrowserTrouble;

/// How long a driver may take to say that it is ready.
const START: Duration = Duration::from_secs(20);

/// How often starting one is tried: the port that it picks may be taken by the next program first.
const TRIES: u32 = 3;

/// A running driver.
#[derive(Debug)]
pub(in crate::target::browser) struct Driver {
    child: Child,
    port: u16,
    /// Dropped last: ends whatever the driver leaves.
    folder: Folder,
}

impl Driver {
    /// Starts a driver that works in a folder.
    pub async fn start(installed: &Installed, folder: Folder) -> Result<Self, BrowserTrouble> {
        let mut tries = 1;
        let (child, port) = loop {
            match begin(installed, &folder).await {
                Ok(begun) => break begun,
                Err(trouble) if tries >= TRIES => return Err(trouble),
                Err(_) => tries += 1,
            }
        };
        Ok(Self { child, port, folder })
    }

    /// The URL that sessions are asked for at.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}/", self.port)
    }

    /// The folder it works in.
    pub fn folder(&self) -> &Folder {
        &self.folder
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.child.start_kill();
    }
}

/// Starts a driver's process and waits for the port that it picks.
async fn begin(installed: &Installed, folder: &Folder) -> Result<(Child, u16), BrowserTrouble> {
    let failed = |why: String| BrowserTrouble::DriverFailed { driver: installed.driver.display().to_string(), why };
    let mut command = Command::new(&installed.driver);
    if installed.name == BrowserName::Firefox {
        command.arg("--port=0").arg("--profile-root").arg(folder.path());
    } else {
        // Its log names the folder, and holds no commands: they carry passwords.
        let log = format!("--log-path={}", folder.path().join("driver.log").display());
        command.arg("--port=0").arg("--log-level=SEVERE").arg(log);
    }
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).kill_on_drop(true);
    #[cfg(unix)]
    {
        // A Ctrl-C in the terminal is for us: the record in work is finished first, with the browser.
        command.process_group(0);
        if !knows_all_letters(|name| std::env::var(name).ok()) {
            command.env("LC_ALL", "C.UTF-8");
        }
    }
    let mut child = command.spawn().map_err(|error| failed(error.to_string()))?;
    let output = child.stdout.take().ok_or_else(|| failed("it has no output".to_owned()))?;
    let mut lines = BufReader::new(output).lines();
    let ready = async {
        while let Ok(Some(line)) = lines.next_line().await {
            if let Some(port) = port_in(&line) {
                return Some(port);
            }
        }
        None
    };
    let port = match tokio::time::timeout(START, ready).await {
        Ok(Some(port)) => port,
        Ok(None) => return Err(failed("it ended at once".to_owned())),
        Err(_) => return Err(failed(format!("it was not ready within {} s", START.as_secs()))),
    };
    // Whatever else it says is read, so that it never waits for us.
    tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
    Ok((child, port))
}

/// Whether the environment has a locale in which file names are UTF-8. Nightly jobs often have none; to a driver without one
/// a file with an umlaut in its name is not there, and so cannot be uploaded.
#[cfg(unix)]
fn knows_all_letters(variable: impl Fn(&str) -> Option<String>) -> bool {
    let stated = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(|name| variable(name).filter(|it| !it.is_empty()));
    stated.is_some_and(|locale| locale.to_lowercase().replace('-', "").contains("utf8"))
}

/// The port in a driver's first words: `ChromeDriver was started successfully on port 41843.`, `Listening on
/// 127.0.0.1:41843`.
fn port_in(line: &str) -> Option<u16> {
    let rest = line.split_once("successfully on port ").or_else(|| line.split_once("Listening on "))?.1;
    let rest = rest.rsplit_once(':').map_or(rest, |(_, port)| port);
    rest.trim_end_matches('.').trim().parse().ok()
}

#[cfg(test)]
mod tests {
    #[cfg(unix)]
    use super::knows_all_letters;
    use super::port_in;

    #[cfg(unix)]
    #[test]
    fn only_a_utf_8_locale_knows_all_letters() {
        let knows = |stated: &[(&str, &str)]| {
            knows_all_letters(|name| stated.iter().find(|(stated, _)| *stated == name).map(|(_, it)| (*it).to_owned()))
        };
        assert!(knows(&[("LANG", "de_DE.UTF-8")]) && knows(&[("LC_ALL", ""), ("LC_CTYPE", "C.utf8"), ("LANG", "C")]));
        for stated in
            [&[][..], &[("LANG", "C")], &[("LC_ALL", "POSIX"), ("LANG", "de_DE.UTF-8")], &[("LANG", "de_DE@euro")]]
        {
            assert!(!knows(stated), "{stated:?}");
        }
    }

    #[test]
    fn the_port_is_taken_from_what_drivers_say() {
        assert_eq!(port_in("ChromeDriver was started successfully on port 41843."), Some(41843));
        assert_eq!(port_in("1497340561107 geckodriver INFO Listening on 127.0.0.1:35999"), Some(35999));
        assert_eq!(port_in("Starting ChromeDriver 148.0 on port 0"), None);
        assert_eq!(port_in("Microsoft Edge WebDriver was started successfully on port 9515."), Some(9515));
    }
}
