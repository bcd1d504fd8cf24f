package dev.marlin.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marlin.simulator.Disassembler;
import dev.marlin.simulator.Probe;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Every instruction that {@code include/xpulp.h} encodes is the one whose name it bears. */
final class XpulpTest {

  /** A use of every macro, and the instruction that it must be. */
  private static final Map<String, String> USES = new LinkedHashMap<>();

  static {
    USES.put("X_LW_POST(\"a0\", \"12\", \"a1\")", "p.lw a0,12(a1!)");
    USES.put("X_LW_STEP(\"a0\", \"a2\", \"a1\")", "p.lw a0,a2(a1!)");
    USES.put("X_LBU_STEP(\"a0\", \"a2\", \"a1\")", "p.lbu a0,a2(a1!)");
    USES.put("X_LBU_POST(\"a0\", \"3\", \"a1\")", "p.lbu a0,3(a1!)");
    USES.put("X_LW_AT(\"a0\", \"a2\", \"a1\")", "p.lw a0,a2(a1)");
    USES.put("X_FF1(\"a0\", \"a1\")", "p.ff1 a0,a1");
    USES.put("X_LBU_AT(\"a0\", \"a2\", \"a1\")", "p.lbu a0,a2(a1)");
    USES.put("X_SW_POST(\"a2\", \"12\", \"a1\")", "p.sw a2,12(a1!)");
    USES.put("X_SB_STEP(\"a2\", \"a0\", \"a1\")", "p.sb a2,a0(a1!)");
    USES.put("X_SW_STEP(\"a2\", \"a0\", \"a1\")", "p.sw a2,a0(a1!)");
    USES.put("X_SDOTUSP(\"a0\", \"a1\", \"a2\")", "pv.sdotusp.b a0,a1,a2");
    USES.put("X_DOTUSP(\"a0\", \"a1\", \"a2\")", "pv.dotusp.b a0,a1,a2");
    USES.put("X_SDOTUP(\"a0\", \"a1\", \"a2\")", "pv.sdotup.b a0,a1,a2");
    USES.put("X_SDOTUP_H(\"a0\", \"a1\", \"a2\")", "pv.sdotup.h a0,a1,a2");
    USES.put("X_DOTUSP_H(\"a0\", \"a1\", \"a2\")", "pv.dotusp.h a0,a1,a2");
    USES.put("X_MAC(\"a0\", \"a1\", \"a2\")", "p.mac a0,a1,a2");
    USES.put("X_ADDNR(\"a0\", \"a1\", \"a2\")", "p.addNr a0,a1,a2");
    USES.put("X_CLIPUR(\"a0\", \"a1\", \"a2\")", "p.clipur a0,a1,a2");
    USES.put("X_CLIPR(\"a0\", \"a1\", \"a2\")", "p.clipr a0,a1,a2");
    USES.put("X_ADDUN_24(\"a0\", \"a1\", \"a2\")", "p.adduN a0,a1,a2,24");
    USES.put("X_MAX(\"a0\", \"a1\", \"a2\")", "p.max a0,a1,a2");
    USES.put("X_MIN(\"a0\", \"a1\", \"a2\")", "p.min a0,a1,a2");
    USES.put("X_MAXU_B(\"a0\", \"a1\", \"a2\")", "pv.maxu.b a0,a1,a2");
    USES.put("X_MINU_B(\"a0\", \"a1\", \"a2\")", "pv.minu.b a0,a1,a2");
    USES.put("X_MINU_SC_H(\"a0\", \"a1\", \"a2\")", "pv.minu.sc.h a0,a1,a2");
    USES.put("X_SRL_SC_B(\"a0\", \"a1\", \"a2\")", "pv.srl.sc.b a0,a1,a2");
    USES.put("X_ADD_B(\"a0\", \"a1\", \"a2\")", "pv.add.b a0,a1,a2");
    USES.put("X_ADD_SC_H(\"a0\", \"a1\", \"a2\")", "pv.add.sc.h a0,a1,a2");
    USES.put("X_SRL_SC_H(\"a0\", \"a1\", \"a2\")", "pv.srl.sc.h a0,a1,a2");
    USES.put("X_ADD_H(\"a0\", \"a1\", \"a2\")", "pv.add.h a0,a1,a2");
    USES.put("X_SHUFFLE(\"a0\", \"a1\", \"a2\")", "pv.shuffle.b a0,a1,a2");
    USES.put("X_SHUFFLE2(\"a0\", \"a1\", \"a2\")", "pv.shuffle2.b a0,a1,a2");
    USES.put("X_PACK(\"a0\", \"a1\", \"a2\")", "pv.pack.h a0,a1,a2");
    USES.put("X_PACK_HIGH(\"a0\", \"a1\", \"a2\")", "pv.pack.h.h a0,a1,a2");
    USES.put("X_PACKLO(\"a0\", \"a1\", \"a2\")", "pv.packlo.b a0,a1,a2");
    USES.put("X_PACKHI(\"a0\", \"a1\", \"a2\")", "pv.packhi.b a0,a1,a2");
    USES.put("X_LOOP(\"x0\", \"a1\", \"24\")", "lp.setup x0,a1,0x%x");
    USES.put("X_LOOP(\"x1\", \"a1\", \"30\")", "lp.setup x1,a1,0x%x");
  }

  private static final List<Integer> LOOP_LENGTHS = List.of(24, 30);

  @Test
  void everyEncodedInstructionIsTheOneThatItsNameSays() {
    StringBuilder source =
        new StringBuilder("#include \"network.h\"\n#include \"runtime.h\"\n#include \"xpulp.h\"\n");
    source.append(
        "__asm__(\".text\\n.balign 4\\n.globl encoded\\nencoded:\\n.option push\\n.option norvc\\n\"\n");
    USES.keySet().forEach(use -> source.append("  ").append(use).append('\n'));
    source.append(
        """
          ".option pop\\n");
        extern uint8_t encoded[];
        static uint32_t results[2];
        static void run(void) {
          *(volatile uint32_t *)L2(0) = (uint32_t)encoded; /* keeps it in the program */
        }
        static const network_layer_t layers[] = {{run, {L2(0), L3_NONE, 4}}};
        const network_t network = {1, layers, 0, 0, results};
        """);
    FirmwareImage image =
        Programs.builder()
            .build(
                FirmwareRequest.of(
                    FirmwareTarget.GAP8,
                    Map.of("network.c", source.toString()),
                    Set.of(),
                    256,
                    256));
    int start = (int) image.address("encoded");
    AtomicReference<byte[]> code = new AtomicReference<>();
    Probe probe = (machine, core) -> code.set(machine.read(start, 4 * USES.size()));
    byte[] l3 = new byte[64];
    L3Image.writeHeader(l3, false);
    Run.of(FirmwareTarget.GAP8, image, l3, Map.of("marlin_layer_done", probe));

    ByteBuffer words = ByteBuffer.wrap(code.get()).order(ByteOrder.LITTLE_ENDIAN);
    List<String> expected = new ArrayList<>();
    List<String> decoded = new ArrayList<>();
    int loop = 0;
    for (String text : USES.values()) {
      int address = start + words.position();
      decoded.add(Disassembler.disassemble(words.getInt(), address));
      boolean loops = text.startsWith("lp.");
      expected.add(loops ? text.formatted(address + 4 * LOOP_LENGTHS.get(loop++)) : text);
    }
    assertThat(decoded).isEqualTo(expected);
  }

  @Test
  void everyMacroOfTheHeaderIsTested() {
    String header =
        new String(CSources.load().files().get("include/xpulp.h"), StandardCharsets.UTF_8);
    Matcher defined = Pattern.compile("(?m)^#define (X_[A-Z][A-Z0-9_]*)\\(").matcher(header);
    TreeSet<String> macros = new TreeSet<>();
    while (defined.find()) {
      macros.add(defined.group(1));
    }
    TreeSet<String> used = new TreeSet<>();
    USES.keySet().forEach(use -> used.add(use.substring(0, use.indexOf('('))));
    assertThat(used).isEqualTo(macros).isNotEmpty();
  }
}
