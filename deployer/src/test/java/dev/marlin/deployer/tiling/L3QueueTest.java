package dev.marlin.deployer.tiling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

final class L3QueueTest {
  /** Until it is seen. */
  private static final double SEEN = 50;

  private final L3Queue queue = new L3Queue(82, 1);

  @Test
  void aReadTakesItsLatencyAndAByteACycle() {
    L3Queue.Request read = queue.read(1000);
    assertThat(queue.isDone(read)).isFalse();
    queue.await(read);
    assertThat(queue.now()).isCloseTo(1082, within(SEEN));
  }

  @Test
  void aLayersOwnRequestWaitsForThePiecesThatAreOnTheBusAndForNoOther() {
    queue.prefetch(5 * L3Queue.PIECE);
    queue.pass(2000);
    L3Queue.Request read = queue.read(1000);
    queue.await(read);
    assertThat(queue.now()).isCloseTo(2 * (82 + L3Queue.PIECE) + 1082, within(3 * SEEN));
  }

  @Test
  void piecesFollowEachOtherWhileTheCoresCompute() {
    L3Queue.Request ahead = queue.prefetch(3 * L3Queue.PIECE);
    queue.compute(1_000_000);
    queue.finish(0);
    assertThat(queue.isDone(ahead)).isTrue();
    assertThat(queue.now()).isEqualTo(1_000_000);
  }

  @Test
  void computationIsWaitedForAsFarAsOneLikes() {
    queue.compute(1000);
    queue.compute(200);
    queue.finish(200);
    assertThat(queue.now()).isEqualTo(1000);
    assertThat(queue.work()).isEqualTo(200);
  }

  @Test
  void aWriteWaitsWhileOthersBookTheWayToL2AndAReadTakesAQuarterOfIt() {
    L3Queue.Request write = queue.write(1000);
    queue.book(300);
    queue.await(write);
    assertThat(queue.now()).isCloseTo(1382, within(SEEN));

    L3Queue.Request read = queue.read(10_000);
    queue.pass(100);
    queue.book(300);
    assertThat(queue.booked()).isEqualTo(400);
    queue.pass(100);
    assertThat(queue.booked()).as("225 cycles, of which L3 takes a quarter").isEqualTo(300);
    double begin = queue.now();
    queue.await(read);
    assertThat(queue.now() - begin)
        .as("from when the bus is free, which the fabric controller looks after")
        .isCloseTo(10_082 - 200 - L3Queue.ADVANCE + 40, within(3 * SEEN));
  }

  @Test
  void whoWorksTakesLongerForEveryTransferThatIsStartedMeanwhile() {
    queue.prefetch(4 * L3Queue.PIECE);
    queue.pass(1000);
    assertThat(queue.now()).as("two pieces are under way").isEqualTo(1000);
    queue.pass(L3Queue.PIECE);
    assertThat(queue.now()).isEqualTo(1000 + L3Queue.PIECE + L3Queue.ADVANCE);
  }

  @Test
  void theCoresGoOnWhileTheFabricControllerWaits() {
    queue.compute(700);
    queue.await(queue.read(1000));
    queue.finish(0);
    assertThat(queue.now()).isCloseTo(1082, within(SEEN));
  }

  @Test
  void whatIsClaimedGoesBeforeWhatIsAskedForLater() {
    L3Queue.Request ahead = queue.prefetch(5 * L3Queue.PIECE);
    queue.claim(ahead);
    L3Queue.Request later = queue.read(1000);
    queue.await(ahead);
    assertThat(queue.isDone(later)).isFalse();
    assertThat(queue.now()).isCloseTo(3 * 82 + 5 * L3Queue.PIECE, within(SEEN));
  }

  @Test
  void aWriteHasTheBusForItself() {
    queue.read(1000);
    L3Queue.Request write = queue.write(500);
    queue.await(write);
    assertThat(queue.now()).isCloseTo(1082 + 582, within(2 * SEEN));
    queue.await(queue.read(100));
    assertThat(queue.now()).isCloseTo(1082 + 582 + 40 + 182, within(4 * SEEN));
  }

  @Test
  void settlingWaitsForWhatLayersAskedForButNotForWhatIsFetchedAhead() {
    queue.read(1000);
    queue.prefetch(100_000);
    queue.settle();
    assertThat(queue.now()).isCloseTo(1082, within(SEEN));
  }
}
