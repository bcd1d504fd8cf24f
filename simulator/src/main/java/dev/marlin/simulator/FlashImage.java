package dev.marlin.simulator;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;

/**
 * The contents of GAP8's HyperFlash as the SDK's tools lay them out, so that Marlin's simulator,
 * gvsoc and a board read the same file.
 *
 * <pre>
 * 0          boot header: offset of the partition table, number of areas, entry, 0x1c000000;
 *            for each area its offset, address, bytes, blocks of 1 KiB; 0xff; CRC-32
 *            (without a program: the offset alone, in 8 bytes)
 * 1 KiB...   the areas: what the program's segments hold
 * table      32 bytes of header (ba 02, version 1, entries, 1, MD5 of the entries),
 *            32 bytes for each partition (ba 01, type, subtype, offset, bytes, name, flags)
 * 256 KiB n  the partition "readfs", type 1, subtype 0x81: u64 bytes of its header, u32 files;
 *            for each file u32 offset in the partition, bytes, bytes of its name, the name and a 0;
 *            the files, each at a multiple of 4
 * </pre>
 *
 * <pre>{@code
 * byte[] flash = new FlashImage().boot(program).file("l3.bin", bytes).toBytes();
 * }</pre>
 */
public final class FlashImage {
  private static final int ROM_BLOCK = 1024;
  private static final int SECTOR = 256 * 1024;
  private static final int MAX_TABLE = 32 + 31 * 32;
  private static final int MAX_AREAS = 16;
  private static final int BOOT_ADDRESS = 0x1c00_0000;
  private static final int DATA = 1;
  private static final int READFS = 0x81;

  private record File(byte[] name, byte[] contents) {}

  private final List<Program.Segment> areas = new ArrayList<>();
  private final List<File> files = new ArrayList<>();
  private int entry;
  private boolean bootable;

  /** An empty flash: a partition table without partitions. */
  public FlashImage() {}

  /**
   * Puts in the program that the boot ROM loads.
   *
   * @throws IllegalArgumentException when it has more than 16 segments
   */
  public FlashImage boot(Program program) {
    areas.clear();
    for (Program.Segment segment : program.segments()) {
      if (segment.data().length > 0) {
        areas.add(segment);
      }
    }
    if (areas.size() > MAX_AREAS) {
      throw new IllegalArgumentException(
          program.name()
              + " has "
              + areas.size()
              + " segments but the boot ROM loads "
              + MAX_AREAS
              + ".");
    }
    entry = program.entry();
    bootable = true;
    return this;
  }

  /**
   * Adds a file to the read-only file system.
   *
   * @param name what the program finds it by, 1 to 255 bytes in UTF-8
   * @param contents not copied: leave it alone until {@link #toBytes}
   */
  public FlashImage file(String name, byte[] contents) {
    byte[] text = name.getBytes(StandardCharsets.UTF_8);
    if (text.length < 1 || text.length > 255 || name.indexOf('\0') >= 0) {
      throw new IllegalArgumentException(
          "A file of the flash is named \"" + name + "\" but a name has 1 to 255 bytes.");
    }
    files.add(new File(text, contents));
    return this;
  }

  /**
   * The image, from the first byte of the flash.
   *
   * @throws IllegalArgumentException when it is larger than the flash, 64 MiB
   */
  public byte[] toBytes() {
    byte[] boot = bootable ? bootPartition() : new byte[8];
    int table = boot.length;
    if (table + MAX_TABLE > align(table, SECTOR)) {
      table = align(table, SECTOR);
    }
    int readFs = align(table + MAX_TABLE, SECTOR);
    long bytes = readFs + readFsBytes();
    if (bytes > HyperFlash.SIZE) {
      throw new IllegalArgumentException(
          "The flash would hold " + bytes + " bytes but has " + HyperFlash.SIZE + ".");
    }
    byte[] image = new byte[files.isEmpty() ? table + 32 : (int) bytes];
    Arrays.fill(image, (byte) 0xff);
    ByteBuffer out = ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN);
    out.put(boot);
    out.putInt(0, table);
    if (bootable) {
      int header = bootHeaderBytes();
      out.putInt(header, (int) crc(image, header));
    } else {
      out.putInt(4, 0);
    }
    byte[] entries =
        files.isEmpty() ? new byte[0] : partition("readfs", readFs, (int) bytes - readFs);
    out.position(table);
    out.put((byte) 0xba).put((byte) 2).put((byte) 1).put((byte) (entries.length / 32));
    out.put((byte) 1).put(new byte[11]).put(md5(entries)).put(entries);
    if (!files.isEmpty()) {
      out.position(readFs);
      writeReadFs(out);
    }
    return image;
  }

  private int bootHeaderBytes() {
    return 16 + 64 * areas.size();
  }

  /** Header and areas; the CRC and the place of the table are filled in later. */
  private byte[] bootPartition() {
    int offset = align(bootHeaderBytes() + 4, ROM_BLOCK);
    ByteBuffer header = ByteBuffer.allocate(offset).order(ByteOrder.LITTLE_ENDIAN);
    Arrays.fill(header.array(), (byte) 0xff);
    header.putInt(0).putInt(areas.size()).putInt(entry).putInt(BOOT_ADDRESS);
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    for (Program.Segment area : areas) {
      int blocks = (area.data().length + ROM_BLOCK - 1) / ROM_BLOCK;
      header.putInt(offset + data.size()).putInt(area.address());
      header.putInt(area.data().length).putInt(blocks);
      data.writeBytes(area.data());
      byte[] rest = new byte[blocks * ROM_BLOCK - area.data().length];
      Arrays.fill(rest, (byte) 0xff);
      data.writeBytes(rest);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(header.array());
    out.writeBytes(data.toByteArray());
    return out.toByteArray();
  }

  private static byte[] partition(String name, int offset, int bytes) {
    ByteBuffer entry = ByteBuffer.allocate(32).order(ByteOrder.LITTLE_ENDIAN);
    entry.put((byte) 0xba).put((byte) 1).put((byte) DATA).put((byte) READFS);
    entry.putInt(offset).putInt(bytes).put(name.getBytes(StandardCharsets.US_ASCII));
    return entry.array();
  }

  private int readFsHeaderBytes() {
    return 12 + files.stream().mapToInt(file -> 12 + file.name.length + 1).sum();
  }

  private long readFsBytes() {
    long bytes = readFsHeaderBytes();
    for (File file : files) {
      bytes = (bytes + 3 & ~3L) + file.contents.length;
    }
    return bytes;
  }

  private void writeReadFs(ByteBuffer out) {
    int start = out.position();
    out.putLong(readFsHeaderBytes()).putInt(files.size());
    int offset = readFsHeaderBytes();
    for (File file : files) {
      offset = align(offset, 4);
      out.putInt(offset).putInt(file.contents.length).putInt(file.name.length + 1);
      out.put(file.name).put((byte) 0);
      offset += file.contents.length;
    }
    offset = readFsHeaderBytes();
    for (File file : files) {
      offset = align(offset, 4);
      out.put(start + offset, file.contents);
      offset += file.contents.length;
    }
  }

  private static int align(int offset, int to) {
    return (offset + to - 1) / to * to;
  }

  private static byte[] md5(byte[] bytes) {
    try {
      return MessageDigest.getInstance("MD5").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every JDK has MD5", e);
    }
  }

  private static long crc(byte[] bytes, int length) {
    CRC32 crc = new CRC32();
    crc.update(bytes, 0, length);
    return crc.getValue();
  }

  // ---- what the boot ROM does

  /**
   * The program in a flash image, as the boot ROM would load it. Symbols are not in the flash.
   *
   * @param flash any bytes
   * @param name what messages call it
   * @throws ProgramFormatException when nothing can be booted from it
   */
  public static Program bootProgram(byte[] flash, String name) {
    ByteBuffer in = ByteBuffer.wrap(flash).order(ByteOrder.LITTLE_ENDIAN);
    if (flash.length < 20) {
      throw bad(name, "has " + flash.length + " bytes, too few for a flash image");
    }
    int count = in.getInt(4);
    if (count < 1 || count > MAX_AREAS) {
      throw bad(name, "has no program to boot: its header counts " + count + " areas, not 1 to 16");
    }
    int header = 16 + 64 * count;
    if (flash.length < header + 4 || in.getInt(header) != (int) crc(flash, header)) {
      throw bad(name, "has a damaged boot header: its checksum is wrong");
    }
    List<Program.Segment> segments = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      long offset = in.getInt(16 + 16 * i) & 0xffffffffL;
      int address = in.getInt(20 + 16 * i);
      long bytes = in.getInt(24 + 16 * i) & 0xffffffffL;
      if (offset + bytes > flash.length) {
        throw bad(
            name, "ends at " + flash.length + " but its area " + i + " at " + (offset + bytes));
      }
      byte[] data = Arrays.copyOfRange(flash, (int) offset, (int) (offset + bytes));
      segments.add(new Program.Segment(address, data.length, data));
    }
    return Program.of(name, in.getInt(8), segments);
  }

  private static ProgramFormatException bad(String name, String what) {
    return new ProgramFormatException(
        name + " " + what + ". Maybe build it with the SDK's gapy, or with simulate --save-flash.");
  }
}
