// breaks: kernel-is-pure
import '@nestjs/common';
