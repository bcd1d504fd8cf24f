/* Start of every program, for the fabric controller and the cluster cores alike.
 *
 * The image begins at the start of L2. Vectors come first: 32 interrupts and the exceptions behind them, one jump each.
 * A core that leaves reset begins at boot address + 0x80. */
    .section .vectors, "ax"
    .option norvc
    .option norelax
    .rept 32
    j trap
    .endr

    .org 0x80
    .globl _start
_start:
    j start
    .rept 4                      /* exceptions 32 and up, minus the slot that is also the entry */
    j trap
    .endr

start:
    csrr a0, 0xf14               /* mhartid = cluster * 32 + core; the fabric controller is cluster 32 */
    srli t0, a0, 5
    bnez t0, fabric_start

    /* Cluster core i: its stack is the i-th from the start of L1 and grows down. Core 0, which needs most, is
     * the lowest: when it overflows, it leaves L1 and is caught instead of spoiling others. */
    la   sp, __l1_stacks
    la   t1, __stack_bytes
    addi t0, a0, 1
    mul  t0, t0, t1
    add  sp, sp, t0
    call cluster_main
1:  wfi
    j    1b

fabric_start:
    la   sp, __fabric_stack_top
    la   t0, __bss_start
    la   t1, __bss_end
2:  bgeu t0, t1, 3f
    sw   zero, 0(t0)
    addi t0, t0, 4
    j    2b
3:  la   t0, __fabric_start      /* code for the fabric controller's own memory */
    la   t1, __fabric_end
    la   t2, __fabric_load
4:  bgeu t0, t1, 5f
    lw   t3, 0(t2)
    sw   t3, 0(t0)
    addi t0, t0, 4
    addi t2, t2, 4
    j    4b
5:  la   t1, __fabric_data_end
6:  bgeu t0, t1, 7f
    sw   zero, 0(t0)
    addi t0, t0, 4
    j    6b
7:  call fabric_main
8:  j    8b

    /* A trap ends the program: nothing of the interrupted core is kept, so its stack is taken again from the top. */
trap:
    csrr a0, 0xf14
    la   sp, __fabric_stack_top
    srli t0, a0, 5
    bnez t0, 5f
    la   sp, __l1_stacks
    la   t1, __stack_bytes
    addi t0, a0, 1
    mul  t0, t0, t1
    add  sp, sp, t0
5:  csrr a0, 0x342               /* mcause */
    csrr a1, 0x341               /* mepc */
    call trap_report
6:  j    6b
