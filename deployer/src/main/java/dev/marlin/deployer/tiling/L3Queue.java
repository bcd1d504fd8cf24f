package dev.marlin.deployer.tiling;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * The requests that the fabric controller makes of HyperRAM, and when each is done: the runtime's
 * {@code l3.c} in cycles, while the cores compute. Requests of a layer come first, what is fetched
 * ahead for later ones comes when none of them waits, in pieces; the uDMA holds two of either kind.
 */
final class L3Queue {
  /** Of what is fetched ahead: so long may a layer's own request wait, twice. */
  static final int PIECE = 1 << 12;

  /** Of what a layer asks for itself. */
  private static final int OWN_PIECE = 1 << 16;

  private static final int PIECES_AT_ONCE = 2;

  /** The fabric controller looks after a transfer that has ended, and starts the next. */
  static final int ADVANCE = 350;

  /** From the end of a transfer until the fabric controller, which slept, has seen it. */
  private static final int WAKE = 30;

  /** What a read books of the way to L2: a word in four cycles. */
  private static final double BOOKED = 0.25;

  /** The bus after a write. */
  private static final int WRITE_TAIL = 40;

  private final double cyclesPerTransfer;
  private final double bytesPerCycle;
  private final Deque<Request> foreground = new ArrayDeque<>();
  private final Deque<Request> background = new ArrayDeque<>();
  private final Deque<Piece> flight = new ArrayDeque<>();
  private double now;
  private double work;
  private double busFree;
  private double bookedEnd;
  private double bookedSince;
  private @Nullable Request lastForeground;

  /** A range of bytes that is read or written. */
  static final class Request {
    private final boolean write;
    private double left;
    private boolean done;

    private Request(double bytes, boolean write) {
      left = bytes;
      this.write = write;
    }
  }

  /** A part of a request that is under way. */
  private static final class Piece {
    private final Request request;
    private final boolean last;
    private double end;

    private Piece(Request request, double end, boolean last) {
      this.request = request;
      this.end = end;
      this.last = last;
    }
  }

  /**
   * An idle bus at time 0.
   *
   * @param cyclesPerTransfer before the first byte
   */
  L3Queue(double cyclesPerTransfer, double bytesPerCycle) {
    this.cyclesPerTransfer = cyclesPerTransfer;
    this.bytesPerCycle = bytesPerCycle;
  }

  double now() {
    return now;
  }

  /** Time passes while the fabric controller works, and looks after transfers besides. */
  void pass(double cycles) {
    for (double left = cycles; left > 0; ) {
      left = ADVANCE * moveTo(now + left);
    }
  }

  /** Nothing happens before {@code time}. */
  void passTo(double time) {
    moveTo(Math.max(now, time));
  }

  /** The cores are given {@code cycles} to compute, behind what they are given already. */
  void compute(double cycles) {
    work += cycles;
  }

  /**
   * Another books the way to L2 for some cycles, behind what is booked. A write to L3 waits so
   * long, a read does not: L2 takes what it books besides.
   */
  void book(double cycles) {
    bookForReads();
    bookedEnd = Math.max(bookedEnd, now) + cycles;
    if (isWriting()) {
      flight.getFirst().end += cycles;
    }
  }

  private boolean isWriting() {
    return !flight.isEmpty() && flight.getFirst().request.write;
  }

  private boolean isReading() {
    return !flight.isEmpty() && !flight.getFirst().request.write;
  }

  private void bookForReads() {
    if (isReading() && bookedEnd > bookedSince) {
      bookedEnd += BOOKED * (Math.min(bookedEnd, now) - bookedSince);
    }
    bookedSince = now;
  }

  /** For how many cycles the way to L2 is booked, with what a read books of them. */
  double booked() {
    bookForReads();
    double left = Math.max(0, bookedEnd - now);
    return isReading() ? left / (1 - BOOKED) : left;
  }

  /** Cycles that the cores have still to compute. */
  double work() {
    return work;
  }

  /** Until the cores have no more than {@code left} cycles to compute. */
  void finish(double left) {
    if (work > left) {
      moveTo(now + work - left);
      work = left;
    }
  }

  /** Returns how many transfers were started on the way. */
  private int moveTo(double time) {
    advance();
    int started = 0;
    while (now < time) {
      double next = time;
      if (!flight.isEmpty()) {
        next = Math.min(next, flight.getFirst().end);
      } else if (busFree > now) {
        next = Math.min(next, busFree);
      }
      work = Math.max(0, work - (next - now));
      now = next;
      started += advance();
    }
    return started;
  }

  Request read(double bytes) {
    lastForeground = push(foreground, new Request(bytes, false));
    return lastForeground;
  }

  Request write(double bytes) {
    lastForeground = push(foreground, new Request(bytes, true));
    return lastForeground;
  }

  Request prefetch(double bytes) {
    return push(background, new Request(bytes, false));
  }

  /** What was fetched ahead is needed now: it goes behind the requests that layers have made. */
  void claim(Request request) {
    while (background.contains(request)) {
      foreground.addLast(background.removeFirst());
    }
    advance();
  }

  private Request push(Deque<Request> queue, Request request) {
    if (request.left > 0) {
      queue.addLast(request);
    } else {
      request.done = true;
    }
    advance();
    return request;
  }

  boolean isDone(Request request) {
    return request.done;
  }

  /** Until {@code request} is done. */
  void await(Request request) {
    advance();
    while (!request.done) {
      Piece first = flight.peekFirst();
      moveTo(Math.max(now, first == null ? busFree : first.end) + WAKE);
    }
  }

  /** Until no request of a layer is left. */
  void settle() {
    if (lastForeground != null && !lastForeground.done) {
      await(lastForeground);
    }
  }

  /** What has come is done, and what can be started is started: returns how many transfers. */
  private int advance() {
    while (!flight.isEmpty() && flight.getFirst().end <= now) {
      Piece piece = flight.removeFirst();
      piece.request.done = piece.last;
      if (piece.request.write) {
        busFree = Math.max(busFree, now + WRITE_TAIL);
      }
    }
    int started = 0;
    while (flight.size() < PIECES_AT_ONCE && start()) {
      started++;
    }
    return started;
  }

  private boolean start() {
    Deque<Request> queue = foreground.isEmpty() ? background : foreground;
    Request request = queue.peekFirst();
    if (request == null
        || (!flight.isEmpty() && (request.write || flight.getLast().request.write))) {
      return false;
    }
    if (flight.isEmpty() && busFree > now) {
      return false;
    }
    double bytes = Math.min(request.left, queue == background ? PIECE : OWN_PIECE);
    request.left -= bytes;
    if (request.left <= 0) {
      queue.removeFirst();
    }
    double begin = flight.isEmpty() ? now : flight.getLast().end;
    double waits = request.write ? Math.max(0, bookedEnd - begin) : 0;
    double end = begin + waits + cyclesPerTransfer + bytes / bytesPerCycle;
    flight.addLast(new Piece(request, end, request.left <= 0));
    return true;
  }
}
