// One of the tasks throws before it counts the latch down. The executor keeps the exception in a
// future at which nobody looks, and the main thread waits for the latch.
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

public class LatchTooHigh {
    public static void main(String[] arguments) throws InterruptedException {
        ExecutorService pool = Executors.newFixedThreadPool(2);
        CountDownLatch done = new CountDownLatch(3);
        for (int i = 0; i < 3; ++i) {
            int task = i;
            pool.submit(() -> {
                System.out.println(100 / task);
                done.countDown();
            });
        }
        done.await();
        pool.shutdown();
    }
}
