package dev.marlin.simulator;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The HyperFlash on the second chip select: reads give what the image holds, 0xff behind it.
 *
 * <p>Writes are commands, 16-bit words to certain addresses: program a word, program a buffer,
 * erase a sector of 256 KiB, read the status. Programming can only clear bits. Each ends at once;
 * the status is always "ready". The caller's image is copied before the first change.
 */
final class HyperFlash {
  /** Bytes of the part on the board. */
  static final int SIZE = 64 << 20;

  private static final int SECTOR = 1 << 18;
  private static final int UNLOCK_1 = 0x555;
  private static final int UNLOCK_2 = 0x2aa;
  private static final int READY = 0x80;

  /** What the next word may be. */
  private enum State {
    COMMAND,
    UNLOCKED_HALF,
    UNLOCKED,
    ERASE,
    ERASE_UNLOCKED_HALF,
    ERASE_UNLOCKED,
    PROGRAM,
    STATUS
  }

  private byte[] image;
  private boolean owned;
  private State state = State.COMMAND;
  private int lowByte = -1;
  private int statusBytes;
  private @Nullable Integer bufferSector;
  private int bufferWords;

  HyperFlash(byte[] image) {
    this.image = image;
  }

  /** A byte read at an address from 0. */
  int read(long address) {
    if (state == State.STATUS) {
      int value = statusBytes == 2 ? READY : 0;
      statusBytes--;
      if (statusBytes == 0) {
        state = State.COMMAND;
      }
      return value;
    }
    return address < image.length ? image[(int) address] & 0xff : 0xff;
  }

  /** A byte written. */
  void write(long address, int value) {
    if (address >= SIZE) {
      return;
    }
    if (state == State.PROGRAM) {
      program((int) address, value);
    } else if (lowByte < 0) {
      lowByte = value;
    } else {
      int word = lowByte | value << 8;
      lowByte = -1;
      command((int) address >> 1, word);
    }
  }

  /** Chip select goes off: ends a word that was programmed. */
  void deselect() {
    lowByte = -1;
    if (state == State.PROGRAM && programmed && bufferSector == null) {
      state = State.COMMAND;
    }
    programmed = false;
  }

  private boolean programmed;

  private void command(int at, int word) {
    switch (state) {
      case COMMAND -> {
        if (at == UNLOCK_1 && word == 0xaa) {
          state = State.UNLOCKED_HALF;
        } else if (at == UNLOCK_1 && word == 0x70) {
          state = State.STATUS;
          statusBytes = 2;
        }
      }
      case UNLOCKED_HALF -> state = at == UNLOCK_2 && word == 0x55 ? State.UNLOCKED : state;
      case UNLOCKED -> unlocked(at, word);
      case ERASE -> state = at == UNLOCK_1 && word == 0xaa ? State.ERASE_UNLOCKED_HALF : state;
      case ERASE_UNLOCKED_HALF ->
          state = at == UNLOCK_2 && word == 0x55 ? State.ERASE_UNLOCKED : state;
      case ERASE_UNLOCKED -> {
        if (at == UNLOCK_1 && word == 0x10) {
          image = new byte[0];
          state = State.COMMAND;
        } else if (word == 0x30) {
          erase(2 * at & -SECTOR);
          state = State.COMMAND;
        }
      }
      default -> {}
    }
  }

  private void unlocked(int at, int word) {
    Integer sector = bufferSector;
    if (sector != null && sector == at) {
      bufferWords = word + 1;
      state = State.PROGRAM;
    } else if (at == UNLOCK_1 && word == 0xa0) {
      state = State.PROGRAM;
    } else if (at == UNLOCK_1 && word == 0x80) {
      state = State.ERASE;
    } else if (at == UNLOCK_1 && word == 0x38) {
      state = State.COMMAND;
    } else if (word == 0x25) {
      bufferSector = at;
    }
  }

  private void program(int address, int value) {
    Integer sector = bufferSector;
    if (sector != null && bufferWords == 0) {
      if (address >> 1 == sector && value == 0x29) {
        bufferSector = null;
        programmed = true;
      }
      return;
    }
    own(address + 1);
    image[address] &= (byte) value;
    programmed = true;
    if (sector != null && (address & 1) != 0) {
      bufferWords--;
    }
  }

  private void erase(int sector) {
    if (sector < image.length) {
      own(0);
      Arrays.fill(image, sector, Math.min(image.length, sector + SECTOR), (byte) 0xff);
    }
  }

  private void own(int bytes) {
    int before = image.length;
    if (!owned || before < bytes) {
      image = Arrays.copyOf(image, Math.max(before, (bytes + SECTOR - 1) & -SECTOR));
      Arrays.fill(image, before, image.length, (byte) 0xff);
      owned = true;
    }
  }
}
