// The guard of a mutex that is locked in the head of a `match` lives to the end of the `match`, and
// an arm locks the same mutex again.
use std::collections::HashMap;
use std::sync::Mutex;

fn count(words: &Mutex<HashMap<&'static str, i32>>, word: &'static str) {
    match words.lock().unwrap().get(word) {
        Some(_) => println!("known"),
        None => {
            words.lock().unwrap().insert(word, 1);
        }
    }
}

fn main() {
    count(&Mutex::new(HashMap::new()), "once");
}
