// breaks: domain-is-pure
import '@nestjs/common';
