#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    #[test]
    fn collects() {
        let (_sender, receiver) = mpsc::channel::<i32>();
        assert_eq!(receiver.recv(), Ok(1));
    }
}
