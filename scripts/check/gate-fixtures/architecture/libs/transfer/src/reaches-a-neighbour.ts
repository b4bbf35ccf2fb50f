// breaks: rooms-in-order-transfer
import '#policies';
