package dev.marlin.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.marlin.simulator.isa.Decoded;
import dev.marlin.simulator.isa.Decoder;
import dev.marlin.simulator.isa.Op;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Every encoding decodes to what the GAP8 assembler calls it, and every instruction computes what
 * gvsoc computes.
 */
class IsaTest {
  private static final int RESULTS = 0x1c060000;

  @Test
  void everyEncodingDecodesToItsMnemonicAndText() throws IOException {
    List<String> wrong = new ArrayList<>();
    int count = 0;
    for (String line : lines("encodings.txt")) {
      String[] columns = line.split(" +", 5);
      int match = Integer.parseUnsignedInt(columns[0], 16);
      String example = columns[4].strip();
      String mnemonic = example.split(" ", 2)[0];
      count++;
      if (!Decoder.decode(match, 0).mnemonic.equals(canonical(mnemonic))) {
        wrong.add(line + " decodes as " + Disassembler.disassemble(match, 0));
      }
      if (!columns[2].startsWith("-")) {
        int word = Integer.parseUnsignedInt(columns[2], 16);
        String text = Disassembler.disassemble(word, 0x1c000000).replaceAll("0x1c0000..", "1f");
        if (!text.equals(example)) {
          wrong.add(example + " is written " + text);
        }
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(count).isEqualTo(339);
  }

  /**
   * Operands of any value do not change what an instruction is; where the bits of two encodings
   * overlap, the one that fixes more bits wins.
   */
  @Test
  void everyEncodingDecodesWithAnyOperands() throws IOException {
    Random random = new Random(1);
    List<String> wrong = new ArrayList<>();
    List<int[]> encodings = new ArrayList<>();
    List<String> names = new ArrayList<>();
    for (String line : lines("encodings.txt")) {
      String[] columns = line.split(" +", 5);
      encodings.add(
          new int[] {
            Integer.parseUnsignedInt(columns[0], 16), Integer.parseUnsignedInt(columns[1], 16)
          });
      names.add(columns[4].strip().split(" ", 2)[0]);
    }
    for (int i = 0; i < encodings.size(); i++) {
      for (int round = 0; round < 50; round++) {
        int mask = encodings.get(i)[1];
        int word = encodings.get(i)[0] | (random.nextInt() & ~mask);
        int best = i;
        for (int j = 0; j < encodings.size(); j++) {
          boolean matches = (word & encodings.get(j)[1]) == encodings.get(j)[0];
          if (matches
              && Integer.bitCount(encodings.get(j)[1]) > Integer.bitCount(encodings.get(best)[1])) {
            best = j;
          }
        }
        String mnemonic = Decoder.decode(word, 0).mnemonic;
        if (!mnemonic.equals(names.get(best)) && !mnemonic.equals(canonical(names.get(best)))) {
          wrong.add(String.format("%08x is %s, not %s", word, mnemonic, names.get(best)));
        }
      }
    }
    assertThat(wrong).isEmpty();
  }

  /** The lists in the repository are those of the reference, where that is present. */
  @ParameterizedTest
  @CsvSource({
    "gap8-isa-encodings.txt, encodings.txt, 339",
    "gap8-isa-vectors.txt, vectors.txt, 1510"
  })
  void theListsAreTheReferences(String reference, String resource, int size) throws IOException {
    Path file =
        CalibrationTest.directory().map(d -> d.resolve("reference/" + reference)).orElse(null);
    assumeTrue(
        file != null && Files.isRegularFile(file),
        "No reference: set MARLIN_SHARED to the directory that holds reference/");
    List<String> expected =
        Files.readAllLines(file).stream()
            .filter(line -> !line.startsWith("#") && !line.isBlank())
            .toList();
    assertThat(expected).hasSizeGreaterThanOrEqualTo(size);
    assertThat(lines(resource)).isEqualTo(expected);
  }

  /** With a shift of zero the normalising forms coincide with the plain ones. */
  private static String canonical(String mnemonic) {
    return switch (mnemonic) {
      case "p.mulsN" -> "p.muls";
      case "p.mulhhsN" -> "p.mulhhs";
      case "p.muluN" -> "p.mulu";
      case "p.mulhhuN" -> "p.mulhhu";
      case "p.macsN" -> "p.macs";
      case "p.machhsN" -> "p.machhs";
      case "p.macuN" -> "p.macu";
      case "p.machhuN" -> "p.machhu";
      default -> mnemonic;
    };
  }

  @Test
  void everyVectorGivesTheResultOfGvsoc() throws IOException {
    Code code = new Code();
    List<String> vectors = lines("vectors.txt");
    code.li(Code.A3, RESULTS);
    for (String vector : vectors) {
      String[] columns = vector.split(" +", 7);
      code.li(Code.A0, Integer.parseUnsignedInt(columns[1], 16));
      code.li(Code.A1, Integer.parseUnsignedInt(columns[2], 16));
      code.li(Code.A2, Integer.parseUnsignedInt(columns[3], 16));
      code.word(Integer.parseUnsignedInt(columns[0], 16));
      code.word(Code.sw(Code.A0, Code.A3, 0), Code.addi(Code.A3, Code.A3, 4));
    }
    int end = code.here();
    code.exit(0);
    byte[][] results = new byte[1][];
    Probe probe = (machine, core) -> results[0] = machine.read(RESULTS, 4 * vectors.size());
    Simulator.run(code.program(), RunOptions.defaults().withProbes(Map.of(end, probe)));

    ByteBuffer got = ByteBuffer.wrap(results[0]).order(ByteOrder.LITTLE_ENDIAN);
    List<String> wrong = new ArrayList<>();
    for (String vector : vectors) {
      int result = got.getInt();
      if (result != Integer.parseUnsignedInt(vector.split(" +", 7)[5], 16)) {
        wrong.add(vector + "  but was " + Integer.toHexString(result));
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(vectors).hasSize(1510);
  }

  @Test
  void wordsThatAreNoInstructionDecodeAsIllegal() {
    for (int word : new int[] {0, 0xffffffff, 0x0000007f, 0x0000200f, 0x6000, 0x2000}) {
      Decoded d = Decoder.decode(word, 0);
      assertThat(d.op).as("%08x", word).isEqualTo(Op.ILLEGAL);
    }
    assertThat(Disassembler.disassemble(0, 0)).isEqualTo(".2byte 0x0000");
    assertThat(Disassembler.disassemble(-1, 0)).isEqualTo(".4byte 0xffffffff");
  }

  @Test
  void compressedInstructionsAreWrittenWithTheirOwnNames() {
    assertThat(Disassembler.disassemble(0x4505, 0)).isEqualTo("c.li a0,1");
    assertThat(Disassembler.disassemble(0x8082, 0)).isEqualTo("c.jr ra");
    assertThat(Disassembler.disassemble(0x40d8, 0)).isEqualTo("c.lw a4,4(s1)");
    assertThat(Disassembler.disassemble(0xc606, 0)).isEqualTo("c.swsp ra,12(sp)");
    assertThat(Disassembler.disassemble(0x1141, 0)).isEqualTo("c.addi sp,-16");
    assertThat(Disassembler.disassemble(0x7179, 0)).isEqualTo("c.addi16sp sp,-48");
  }

  private static List<String> lines(String resource) throws IOException {
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                IsaTest.class.getResourceAsStream(resource), StandardCharsets.UTF_8))) {
      return reader.lines().filter(line -> !line.startsWith("#") && !line.isBlank()).toList();
    }
  }
}
