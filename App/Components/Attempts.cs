using MudBlazor;

namespace Downbeat.Components;

/// <summary>What a page does when somebody presses a button.</summary>
internal static class Attempts
{
    /// <summary>Does the work; a <see cref="StudioProblem"/> becomes a sentence at the edge of the page.</summary>
    /// <returns>Whether it was done.</returns>
    public static async Task<bool> TryAsync(this ISnackbar snackbar, Func<Task> work)
    {
        try
        {
            await work();
            return true;
        }
        catch (StudioProblem problem)
        {
            snackbar.Add(problem.Message, Severity.Error);
            return false;
        }
    }

    /// <summary>Asks before something is lost.</summary>
    public static async Task<bool> ConfirmAsync(this IDialogService dialogs, string title, string text, string yes) =>
        await dialogs.ShowMessageBoxAsync(title, text, yesText: yes, cancelText: "Keep it") == true;
}
