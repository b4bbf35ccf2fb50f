// breaks: store-clients-live-in-adapters
import '@nestjs/typeorm';
