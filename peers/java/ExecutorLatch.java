// An ExecutorService, and a CountDownLatch that the caller awaits. Each task counts it down when it
// is done, but not in a `finally`: a task that throws never does.
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

final class ExecutorLatch {
  static long[] run(int tasks, int workers) throws InterruptedException {
    long[] values = new long[tasks];
    CountDownLatch done = new CountDownLatch(tasks);
    ExecutorService pool = Executors.newFixedThreadPool(workers);
    for (int i = 0; i < tasks; ++i) {
      int task = i;
      pool.execute(() -> {
        values[task] = WorkbenchSubject.action(task);
        done.countDown();
      });
    }
    done.await();
    pool.shutdown();
    return values;
  }

  public static void main(String[] arguments) throws Exception {
    long[] values = run(WorkbenchSubject.tasks(), WorkbenchSubject.workers());
    for (int task = 0; task < values.length; ++task) WorkbenchSubject.result(task, values[task]);
    WorkbenchSubject.returned();
  }
}
