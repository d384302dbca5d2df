//! Worker threads over a channel of tasks behind a mutex, and a channel of results, from which the
//! caller takes as many as there are tasks. It has not dropped its own sender of results, so this
//! channel never closes. That does no harm, until a worker dies.
use std::sync::{mpsc, Arc, Mutex};
use std::thread;

#[path = "../helpers/workbench_subject.rs"]
mod workbench_subject;
use workbench_subject::{action, result, returned, tasks, workers};

fn run(tasks: usize, workers: usize) -> Vec<(usize, i64)> {
    let (task_sender, task_receiver) = mpsc::channel();
    let (result_sender, result_receiver) = mpsc::channel();
    for task in 0..tasks {
        task_sender.send(task).unwrap();
    }
    drop(task_sender);
    let task_receiver = Arc::new(Mutex::new(task_receiver));
    for _ in 0..workers {
        let task_receiver = Arc::clone(&task_receiver);
        let result_sender = result_sender.clone();
        thread::spawn(move || {
            let next = || task_receiver.lock().unwrap().recv();
            while let Ok(task) = next() {
                result_sender.send((task, action(task))).unwrap();
            }
        });
    }
    result_receiver.iter().take(tasks).collect()
}

fn main() {
    for (task, value) in run(tasks(), workers()) {
        result(task, value);
    }
    returned();
}
