// What a pool in Java 17 needs to be a subject of the workbench (docs/pages/subject_protocol.md).
// Copy this file beside it. Its workers call action(task). Its caller writes down what it receives,
// with result(task, value) or failed(task, e); then returned(), or error(e) if the pool has thrown.
import java.io.*;
import java.nio.file.*;
import java.util.*;

final class WorkbenchSubject {
  static final long self = ProcessHandle.current().pid();  // $PPID is not ours once we have died
  static String get(String name) { return System.getenv("WORKBENCH_" + name); }
  static int number(String name) { return Integer.parseInt(get(name)); }
  static int tasks() { return number("TASKS"); }
  static int workers() { return number("WORKERS"); }
  static boolean strikes(int fault, int times) {
    for (int n = 0; n < times; ++n) if (new File(get("STRIKES"), fault + "." + n).mkdir()) return true;
    return false;
  }

  static long action(int task) {
    try {
      write("{\"begun\": %d}", task);
      for (int i = 0; i < number("FAULTS"); ++i) {
        String fault = "FAULT_" + i + "_", only = get(fault + "TASK"), times = get(fault + "TIMES");
        if (!get(fault + "AT").equals("in-action")) continue;
        if (!only.isEmpty() && Integer.parseInt(only) != task) continue;
        if (!times.isEmpty() && !strikes(i, Integer.parseInt(times))) continue;
        write("{\"struck\": %d, \"task\": %d}", i, task);
        switch (get(fault + "KIND")) {
          case "throw" -> throw new RuntimeException(get(fault + "MESSAGE"));
          case "throw-nonstandard" -> throw new Error();
          case "exit" -> System.exit(number(fault + "CODE"));
          case "abort" -> new ProcessBuilder("sh", "-c", "kill -ABRT " + self).start().waitFor();
          case "segfault" -> new ProcessBuilder("sh", "-c", "kill -SEGV " + self).start().waitFor();
          case "kill" -> new ProcessBuilder("sh", "-c", "kill -KILL " + self).start().waitFor();
          case "sleep-forever" -> Thread.sleep(36_000_000);
          case "spin-forever" -> { while (true) Thread.onSpinWait(); }
          case "slow" -> Thread.sleep(number(fault + "MS"));
        }
      }
      Thread.sleep(number("TASK_MS"));
      return 4L * task + 3;
    } catch (IOException | InterruptedException e) { throw new IllegalStateException(e); }
  }
  static void result(int task, long value) throws IOException {
    write("{\"result\": %d, \"outcome\": \"ok\", \"value\": %d}", task, value);
  }
  static void failed(int task, Throwable thrown) throws IOException {
    write("{\"result\": %d, \"outcome\": \"failed\", %s}", task, told(thrown));
  }
  static void error(Throwable thrown) throws IOException { write("{%s}", told(thrown)); }
  static void returned() throws IOException { write("{\"returned\": true}"); }
  static void write(String line, Object... parts) throws IOException {  // one write a line
    Files.write(Path.of(get("ACCOUNT")), List.of(line.formatted(parts)), StandardOpenOption.APPEND);
  }
  static String told(Throwable thrown) {
    String why = Objects.toString(thrown.getMessage(), "").replaceAll("[\"\\\\]", "\\\\$0")
        .replace("\n", "\\n").replaceAll("\\p{Cntrl}", " ");
    return "\"error\": \"%s\", \"type\": \"%s\"".formatted(why, thrown.getClass().getName());
  }
}
