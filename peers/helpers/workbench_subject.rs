//! What a pool in Rust needs to be a subject of the workbench (docs/pages/subject_protocol.md).
//! Copy this file beside it, and say `mod workbench_subject;`. Its workers call action(task). Its
//! caller writes down what it receives, with result(task, value) or failed(task, why); then
//! returned(), or error(why) if the run of the pool has failed.
#![allow(dead_code)] // few pools need all of it
use std::{env, fs, hint, io::Write, panic, process, thread, time::Duration};

fn get(name: &str) -> String { env::var(format!("WORKBENCH_{name}")).expect(name) }
fn number(name: &str) -> usize { get(name).parse().expect(name) }
fn sleep(ms: usize) { thread::sleep(Duration::from_millis(ms as u64)); }
fn strikes(fault: usize, times: usize) -> bool {
    let directory = format!("{}/{fault}", get("STRIKES"));
    (0..times).any(|n| fs::create_dir(format!("{directory}.{n}")).is_ok())
}
extern "C" { fn raise(signal: i32) -> i32; }
pub fn tasks() -> usize { number("TASKS") }
pub fn workers() -> usize { number("WORKERS") }

pub fn action(task: usize) -> i64 {
    write(format!(r#""begun": {task}"#));
    for i in 0..number("FAULTS") {
        let fault = |part| get(&format!("FAULT_{i}_{part}"));
        let (only, times) = (fault("TASK"), fault("TIMES"));
        if fault("AT") != "in-action" { continue; }
        if !only.is_empty() && only != task.to_string() { continue; }
        if !times.is_empty() && !strikes(i, times.parse().unwrap()) { continue; }
        write(format!(r#""struck": {i}, "task": {task}"#));
        match fault("KIND").as_str() {
            "throw" => panic!("{}", fault("MESSAGE")),
            "throw-nonstandard" => panic::panic_any(42),
            "exit" => process::exit(fault("CODE").parse().unwrap()),
            "abort" => process::abort(),
            "segfault" => unsafe { (1 as *mut u8).write_volatile(0) }, // Rust ignores a sent one
            "kill" => unsafe { raise(9); },
            "sleep-forever" => sleep(36_000_000),
            "spin-forever" => loop { hint::spin_loop() },
            "slow" => sleep(fault("MS").parse().unwrap()),
            _ => {}
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
fn quoted(text: &str) -> String {
    let escaped = text.replace('\\', r"\\").replace('"', r#"\""#).replace('\n', r"\n");
    format!("\"{}\"", escaped.replace(char::is_control, " "))
}
fn write(line: String) { // one write a line
    let mut account = fs::OpenOptions::new().append(true).open(get("ACCOUNT")).unwrap();
    account.write_all(format!("{{{line}}}\n").as_bytes()).unwrap();
}
