//! A panic that nobody guards ends the daemon's process, so that it never lives on half dead; a
//! guarded one does not. Each is tried in a process of its own: this test, started again.

use std::os::unix::process::ExitStatusExt;
use std::process::{Command, ExitStatus};
use std::time::Duration;

use tidewatch::daemon::panics;
use tidewatch::model::guard;

const ROLE: &str = "TIDEWATCH_TEST_ROLE";
const SIGABRT: i32 = 6;

#[test]
fn plays_a_role() {
    let Ok(role) = std::env::var(ROLE) else {
        return;
    };
    // as `tidewatch run` does first
    panics::end_process_on_panic();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        match role.as_str() {
            "task" => drop(tokio::spawn(async { panic!("a loop is lost") })),
            "blocking" => drop(tokio::task::spawn_blocking(|| panic!("a reader is lost"))),
            "thread" => drop(std::thread::spawn(|| panic!("the writer is lost"))),
            _ => {
                let caught = guard::catch(|| panic!("an odd body"));
                assert_eq!(caught, Err::<(), _>("an odd body".to_owned()));
                std::process::exit(7);
            }
        }
        // a daemon goes on for ever
        tokio::time::sleep(Duration::from_mins(10)).await;
    });
}

fn play(role: &str) -> (ExitStatus, String) {
    let test = std::env::current_exe().expect("this test");
    let output = Command::new(test)
        .args(["--exact", "plays_a_role", "--nocapture"])
        .env(ROLE, role)
        .output()
        .expect("started");
    (
        output.status,
        String::from_utf8_lossy(&output.stderr).into_owned(),
    )
}

#[test]
fn a_panic_anywhere_ends_the_process_for_systemd_to_restart() {
    for (role, words) in [
        ("task", "a loop is lost"),
        ("blocking", "a reader is lost"),
        ("thread", "the writer is lost"),
    ] {
        let (status, told) = play(role);
        assert_eq!(status.signal(), Some(SIGABRT), "{role}: {status}");
        assert!(told.contains(words), "{told}");
    }
    let unit = include_str!("../systemd/tidewatch.service");
    assert!(unit.contains("\nRestart=on-failure\n"));
}

#[test]
fn a_guarded_panic_is_an_outcome_and_silent() {
    let (status, told) = play("guarded");
    assert_eq!(status.code(), Some(7), "{told}");
    assert!(!told.contains("an odd body"), "{told}");
}
