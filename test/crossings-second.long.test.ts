// The other half a million requests cross no company, group or user.
import t from 'tap'
import { testManyCrossings } from './fixtures/crossings.ts'

testManyCrossings(t, 29)
