using Downbeat.Components.Circuits;
using Downbeat.Jobs;
using Downbeat.Telemetry;

namespace Downbeat.Features.Performance;

/// <summary>How full this instance is, and whom it sent away.</summary>
/// <param name="Budget">Cores and memory that jobs use, and that there are.</param>
/// <param name="Circuits">Pages that are open.</param>
/// <param name="Refused">What was refused since the start, by the code that the caller got.</param>
internal sealed record AdmissionView(BudgetState Budget, int Circuits, IReadOnlyDictionary<string, long> Refused)
{
    /// <summary>As it is now; nothing is asked of the database.</summary>
    public static AdmissionView Of(Budget budget, CircuitSeats seats) => new(budget.State, seats.Open, Refusals.ByReason);
}
