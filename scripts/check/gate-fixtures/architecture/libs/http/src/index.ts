export { Get as Read } from '@nestjs/common';
