import { connect } from '../../../store-mongoose.ts'

export default defineNitroPlugin(() => {
  void connect(process.env.MONGODB_URI!)
})
