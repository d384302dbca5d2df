// The loop over a channel ends when all senders are gone. The first one, of which the workers have
// got their copies, is never dropped: the receiver itself keeps the channel open.
use std::sync::mpsc;
use std::thread;

fn collect() -> i32 {
    let (sender, receiver) = mpsc::channel();
    for number in 1..4 {
        let sender = sender.clone();
        thread::spawn(move || sender.send(number * number).unwrap());
    }
    let mut sum = 0;
    for square in receiver {
        sum += square;
    }
    sum
}

fn main() {
    println!("{}", collect());
}
