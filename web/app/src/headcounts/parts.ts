import '../style/counts.css'

export { Looked } from './Looked'
export { People } from './People'
export { StateCounts } from './StateCounts'
export { TableForm } from './TableForm'
