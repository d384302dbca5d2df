//! What a pool in Rust needs to be a subject of the workbench: docs/pages/subject_protocol.md says
//! more. Copy this file beside the pool, and say `mod workbench_subject;`. It wants no crate.
//!
//!     for (task, value) in results { result(task, value); } // of action(task)
//!     returned(); // or error("why"), when the run of the pool has failed instead
//! For a task that the pool calls failed: failed(task, "why"); after a panic, why is text(&panic).
#![allow(dead_code)] // few pools need all of it
use std::{any::Any, env, fs, io::Write, process, thread, time::Duration};

pub fn tasks() -> usize { number("TASKS") as usize }
pub fn workers() -> usize { number("WORKERS") as usize }

/// What the workers call for each task, in whichever thread they are.
pub fn action(task: usize) -> i64 {
    write(format!(r#""begun": {task}"#));
    for fault in 0..number("FAULTS") {
        let name = format!("FAULT_{fault}_");
        let only = setting(&(name.clone() + "TASK"));
        if (only.is_empty() || only == task.to_string()) && strikes(fault, &name) {
            write(format!(r#""struck": {fault}, "task": {task}"#));
            suffer(&name);
        }
    }
    sleep(number("TASK_MS"));
    4 * task as i64 + 3
}

pub fn result(task: usize, value: i64) {
    write(format!(r#""result": {task}, "outcome": "ok", "value": {value}"#));
}
pub fn failed(task: usize, why: &str) {
    write(format!(r#""result": {task}, "outcome": "failed", "error": {}"#, quoted(why)));
}
pub fn error(why: &str) { write(format!(r#""error": {}"#, quoted(why))); }
pub fn returned() { write(r#""returned": true"#.into()); }

/// The message of a panic, as `join` and `catch_unwind` give it; none, if it is something else.
pub fn text(panic: &Box<dyn Any + Send>) -> &str {
    let literal = panic.downcast_ref::<&str>().copied();
    literal.or(panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("")
}

fn setting(name: &str) -> String { env::var(format!("WORKBENCH_{name}")).unwrap_or_default() }
fn number(name: &str) -> u64 { setting(name).parse().expect(name) }
fn sleep(ms: u64) { thread::sleep(Duration::from_millis(ms)); }

fn write(line: String) { // one write a line
    let mut account = fs::OpenOptions::new().append(true).open(setting("ACCOUNT")).unwrap();
    account.write_all(format!("{{{line}}}\n").as_bytes()).unwrap();
}

fn quoted(text: &str) -> String {
    let json = text.chars().map(|each| match each {
        '"' | '\\' | '\0'..='\x1f' => format!("\\u{:04x}", each as u32),
        _ => each.into(),
    });
    format!("\"{}\"", json.collect::<String>())
}

fn strikes(fault: u64, name: &str) -> bool {
    let times = setting(&format!("{name}TIMES"));
    let works = |n| fs::create_dir(format!("{}/{fault}.{n}", setting("STRIKES"))).is_ok();
    times.is_empty() || (0..times.parse::<u64>().unwrap()).any(works)
}

fn suffer(fault: &str) {
    let told = |what| setting(&format!("{fault}{what}"));
    match told("KIND").as_str() {
        "throw" => panic!("{}", told("MESSAGE")),
        "throw-nonstandard" => std::panic::panic_any(42),
        "exit" => process::exit(told("CODE").parse().unwrap()),
        "abort" => process::abort(),
        // By hand: Rust has a handler that takes a SIGSEGV from outside for nothing.
        "segfault" => unsafe { (1 as *mut u8).write_volatile(0) },
        "kill" => {
            let kill = format!("kill -KILL {}", process::id());
            process::Command::new("sh").args(["-c", &kill]).status().unwrap();
        }
        "sleep-forever" => sleep(36_000_000),
        "spin-forever" => loop { std::hint::spin_loop() },
        "slow" => sleep(told("MS").parse().unwrap()),
        _ => {}
    }
}
