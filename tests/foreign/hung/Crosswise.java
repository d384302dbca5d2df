// Two threads that enter two monitors (`synchronized`), each in its own order: a circular wait.
import java.util.concurrent.CyclicBarrier;

public class Crosswise {
    static final CyclicBarrier BOTH_HAVE_ONE = new CyclicBarrier(2);

    static void transfer(Object from, Object to) {
        synchronized (from) {
            try {
                BOTH_HAVE_ONE.await();
            } catch (Exception broken) {
                throw new IllegalStateException(broken);
            }
            synchronized (to) {
                System.out.println("done");
            }
        }
    }

    public static void main(String[] arguments) {
        Object ann = new Object();
        Object bob = new Object();
        new Thread(() -> transfer(bob, ann), "second").start();
        transfer(ann, bob);
    }
}
