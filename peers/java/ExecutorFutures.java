// An ExecutorService of a fixed number of threads, and a Future for each task. In each of the ways
// in which the scenarios use a pool (docs/pages/subject_protocol.md).
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

final class ExecutorFutures {
  static final ExecutorService pool = Executors.newFixedThreadPool(WorkbenchSubject.workers());
  static final CountDownLatch handedOver = new CountDownLatch(1);

  public static void main(String[] arguments) throws Exception {
    if (isUsed("static-pool")) Runtime.getRuntime().addShutdownHook(new Thread(() -> end()));
    if (isUsed("two-callers")) {
      Thread other = new Thread(() -> handOverAndCollect(1, 2));
      other.start();
      handOverAndCollect(0, 2);
      other.join();
    } else {
      handOverAndCollect(0, 1);
    }
    pool.shutdown();
    WorkbenchSubject.returned();
  }

  static boolean isUsed(String usage) { return WorkbenchSubject.get("USAGE").equals(usage); }

  // As one writes it into a shutdown hook: what was begun shall be done before the program ends.
  static void end() {
    try {
      pool.shutdown();
      pool.awaitTermination(Long.MAX_VALUE, TimeUnit.DAYS);
    } catch (InterruptedException e) { throw new IllegalStateException(e); }
  }

  static void handOverAndCollect(int first, int step) {
    List<Future<Long>> futures = new ArrayList<>();
    for (int i = first; i < WorkbenchSubject.tasks(); i += step) {
      int task = i;
      futures.add(pool.submit(() -> act(task)));
    }
    handedOver.countDown();
    if (isUsed("destroyed-early")) pool.shutdownNow();
    try {
      int task = first;
      for (Future<Long> future : futures) {
        try {
          WorkbenchSubject.result(task, future.get());
        } catch (ExecutionException thrown) {
          WorkbenchSubject.failed(task, thrown.getCause());
        }
        task += step;
      }
    } catch (Exception e) { throw new IllegalStateException(e); }
  }

  static long act(int task) throws Exception {
    if (isUsed("nested") && task < WorkbenchSubject.workers()) {
      handedOver.await();
      pool.submit(() -> 0).get();  // a task of its own pool
    }
    return WorkbenchSubject.action(task);
  }
}
