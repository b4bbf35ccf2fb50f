// breaks: house/no-forward-ref (3)
import { forwardRef } from '@nestjs/common';

export const later = forwardRef(() => Object);
