package dev.marlin.simulator;

import dev.marlin.simulator.SimulationException.Kind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Requests of a program to its host: {@code slli x0,x0,31; ebreak}, a0 the operation, a1 its
 * parameter or the address of its parameters.
 *
 * <p>open (1), close (2), write0 (4), write (5), read (6), seek (0xa), length (0xc), exit (0x18),
 * and GVSOC's own: performance counters (0x101 to 0x105). Its traces (0x100, 0x107 to 0x10d) have
 * no effect. Files are those of one folder, when the run was given one; names that lead out of it
 * cannot be opened. Handles 1 and 2 are the program's output.
 */
final class Semihosting {
  private static final int MAX_FILES = 64;
  private static final int MAX_NAME = 4096;
  private static final int FIRST_HANDLE = 3;
  private static final int CORE_STDOUT = 0x1000;

  private final Machine machine;
  private final Optional<Path> folder;
  private final Map<Integer, RandomAccessFile> files = new HashMap<>();
  private int nextHandle = FIRST_HANDLE;

  Semihosting(Machine machine, Optional<Path> folder) {
    this.machine = machine;
    this.folder = folder.map(path -> path.toAbsolutePath().normalize());
  }

  /** Does what a core asks for; the result goes to its a0. */
  void request(Core core, Insn i) {
    int operation = core.registers[10];
    int parameter = core.registers[11];
    try {
      switch (operation) {
        case 0x01 -> core.registers[10] = open(core, parameter);
        case 0x02 -> core.registers[10] = close(parameter);
        case 0x04 -> print(text(core, parameter, MAX_NAME * 16));
        case 0x05 -> core.registers[10] = write(core, parameter);
        case 0x06 -> core.registers[10] = read(core, parameter);
        case 0x0a -> core.registers[10] = seek(core, parameter);
        case 0x0c -> core.registers[10] = length(parameter);
        case 0x18 -> machine.exit(parameter == 0x20026 ? 0 : 1);
        case 0x101 -> core.unit.csr.write(0x7a0, word(core, parameter));
        case 0x102 -> core.unit.csr.write(0x79f, 0);
        case 0x103 -> core.unit.csr.write(0x7a1, 1);
        case 0x104 -> core.unit.csr.write(0x7a1, 0);
        case 0x105 -> core.registers[10] = core.unit.csr.read(0x780 + (word(core, parameter) & 31));
        case 0x100, 0x107, 0x109, 0x10a, 0x10b, 0x10c, 0x10d -> {}
        case 0x106, 0x108 -> core.registers[10] = -1; // no counters to files, no signals
        default ->
            throw new SimulationException(
                Kind.ILLEGAL_INSTRUCTION,
                String.format(
                    Locale.ROOT,
                    "Core %s asks its host for operation 0x%x, which there is not, at %s.",
                    machine.coreName(core),
                    operation,
                    machine.place(i.address)));
      }
    } catch (IOException e) {
      core.registers[10] = -1;
    }
  }

  /** Closes what the program has left open. */
  void finish() {
    for (RandomAccessFile file : files.values()) {
      try {
        file.close();
      } catch (IOException e) {
        // What could not be written was reported to the program when it wrote.
      }
    }
    files.clear();
  }

  private int open(Core core, int parameters) throws IOException {
    int mode = word(core, parameters + 4);
    String name = text(core, word(core, parameters), MAX_NAME);
    if (name.equals(":tt")) {
      return mode < 4 ? 0 : 1;
    }
    if (folder.isEmpty() || mode < 0 || mode > 11 || files.size() >= MAX_FILES) {
      return -1;
    }
    Path path;
    try {
      path = folder.get().resolve(name).normalize();
    } catch (InvalidPathException e) {
      return -1;
    }
    if (!path.startsWith(folder.get()) || !inside(path)) {
      return -1;
    }
    boolean reading = mode < 4;
    if (reading && !path.toFile().isFile()) {
      return -1;
    }
    RandomAccessFile file = new RandomAccessFile(path.toFile(), mode < 2 ? "r" : "rw");
    if (mode >= 8) {
      file.seek(file.length());
    } else if (!reading) {
      file.setLength(0);
    }
    files.put(nextHandle, file);
    return nextHandle++;
  }

  /** Whether a path stays in the folder when links are followed. */
  private boolean inside(Path path) throws IOException {
    Path parent = path.toFile().exists() ? path : path.getParent();
    return parent != null && parent.toRealPath().startsWith(folder.orElseThrow().toRealPath());
  }

  private int close(int handle) throws IOException {
    RandomAccessFile file = files.remove(handle);
    if (file != null) {
      file.close();
    }
    return file != null || (handle >= 0 && handle < FIRST_HANDLE) ? 0 : -1;
  }

  /** The number of bytes that were not written. */
  private int write(Core core, int parameters) throws IOException {
    int handle = word(core, parameters);
    byte[] bytes = bytes(core, word(core, parameters + 4), word(core, parameters + 8));
    RandomAccessFile file = files.get(handle);
    if (file != null) {
      file.write(bytes);
    } else if (handle == 1 || handle == 2) {
      print(bytes);
    } else {
      return bytes.length;
    }
    return 0;
  }

  /** The number of bytes that were not read. */
  private int read(Core core, int parameters) throws IOException {
    RandomAccessFile file = files.get(word(core, parameters));
    int address = word(core, parameters + 4);
    int length = word(core, parameters + 8);
    Memory memory = memory(core, address, length);
    if (file == null) {
      return length;
    }
    int at = address(core, address) - memory.base;
    int done = 0;
    while (done < length) {
      int n = file.read(memory.bytes, at + done, length - done);
      if (n < 0) {
        break;
      }
      done += n;
    }
    return length - done;
  }

  private int seek(Core core, int parameters) throws IOException {
    RandomAccessFile file = files.get(word(core, parameters));
    if (file == null) {
      return -1;
    }
    file.seek(word(core, parameters + 4) & 0xffffffffL);
    return 0;
  }

  private int length(int handle) throws IOException {
    RandomAccessFile file = files.get(handle);
    return file == null ? -1 : (int) Math.min(Integer.MAX_VALUE, file.length());
  }

  // ---- the program's memory

  private void print(String text) {
    print(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  private void print(byte[] bytes) {
    for (byte b : bytes) {
      machine.stdout.write(CORE_STDOUT, b);
    }
  }

  private String text(Core core, int address, int limit) {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    for (int at = address; text.size() < limit; at++) {
      Memory memory = memory(core, at, 1);
      byte b = memory.bytes[address(core, at) - memory.base];
      if (b == 0) {
        break;
      }
      text.write(b);
    }
    return text.toString(StandardCharsets.ISO_8859_1);
  }

  private int word(Core core, int address) {
    Memory memory = memory(core, address, 4);
    return memory.read(address(core, address) - memory.base, 4);
  }

  private byte[] bytes(Core core, int address, int length) {
    Memory memory = memory(core, address, length);
    byte[] bytes = new byte[length];
    System.arraycopy(memory.bytes, address(core, address) - memory.base, bytes, 0, length);
    return bytes;
  }

  /** An address of the low window as the one it stands for. */
  private int address(Core core, int address) {
    boolean low = Integer.compareUnsigned(address, 0x40_0000) < 0;
    return !low ? address : address + (core.index == machine.cores() ? 0x1b00_0000 : L1.BASE);
  }

  private Memory memory(Core core, int at, int length) {
    int address = address(core, at);
    for (Memory memory : new Memory[] {machine.l2, machine.l1.memory, machine.fcTcdm}) {
      if (memory.contains(address, length)) {
        return memory;
      }
    }
    throw new SimulationException(
        Kind.INVALID_ACCESS,
        String.format(
            Locale.ROOT,
            "Core %s hands its host %d bytes at 0x%08x, where no memory is, at %s.",
            machine.coreName(core),
            length,
            at,
            machine.place(core.insn.address)));
  }
}
