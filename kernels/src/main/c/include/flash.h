/* HyperFlash: brings the L3 image to HyperRAM where nobody has put it there before. */
#ifndef MARLIN_FLASH_H
#define MARLIN_FLASH_H

/* If HyperRAM does not begin with an L3 image and the flash holds one, copies it. The image is the first file of the
 * flash's read-only file system (ReadFS) that begins with L3_MAGIC. Only the fabric controller calls this, before the
 * cluster starts: so the cluster finds the same machine whether or not something was copied. Uses the L2 arena. */
void flash_to_l3(void);

#endif
