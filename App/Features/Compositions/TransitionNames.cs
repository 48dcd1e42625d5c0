using Downbeat.Components;
using Downbeat.Features.Compositions.Planning;

namespace Downbeat.Features.Compositions;

/// <summary>The transitions in the words of the page.</summary>
internal static class TransitionNames
{
    public static readonly ChoiceOption<string>[] All = [.. Enum.GetValues<TransitionKind>().Select(kind => new ChoiceOption<string>(NameOf(kind), LabelOf(kind)))];

    /// <summary>A kind as programs send it: <c>wipeLeft</c>.</summary>
    public static string NameOf(TransitionKind kind) => $"{kind}" is var name ? char.ToLowerInvariant(name[0]) + name[1..] : "";

    /// <summary>The label of a kind that a program named; the name itself when it is none.</summary>
    public static string LabelOf(string name) => Enum.TryParse<TransitionKind>(name, ignoreCase: true, out var kind) ? LabelOf(kind) : name;

    private static string LabelOf(TransitionKind kind) => kind switch
    {
        TransitionKind.Fade => "Fade",
        TransitionKind.Dissolve => "Dissolve",
        TransitionKind.FadeBlack => "Fade through black",
        TransitionKind.FadeWhite => "Fade through white",
        TransitionKind.FadeGrays => "Fade through gray",
        TransitionKind.WipeLeft => "Wipe left",
        TransitionKind.WipeRight => "Wipe right",
        TransitionKind.WipeUp => "Wipe up",
        TransitionKind.WipeDown => "Wipe down",
        TransitionKind.WipeTl => "Wipe to the top left",
        TransitionKind.WipeTr => "Wipe to the top right",
        TransitionKind.WipeBl => "Wipe to the bottom left",
        TransitionKind.WipeBr => "Wipe to the bottom right",
        TransitionKind.SlideLeft => "Push left",
        TransitionKind.SlideRight => "Push right",
        TransitionKind.SlideUp => "Push up",
        TransitionKind.SlideDown => "Push down",
        TransitionKind.SmoothLeft => "Soft wipe left",
        TransitionKind.SmoothRight => "Soft wipe right",
        TransitionKind.SmoothUp => "Soft wipe up",
        TransitionKind.SmoothDown => "Soft wipe down",
        TransitionKind.CircleOpen => "Circle opens",
        TransitionKind.CircleClose => "Circle closes",
        TransitionKind.CircleCrop => "Circle through black",
        TransitionKind.RectCrop => "Rectangle through black",
        TransitionKind.VertOpen => "Doors open",
        TransitionKind.VertClose => "Doors close",
        TransitionKind.HorzOpen => "Opens up and down",
        TransitionKind.HorzClose => "Closes from above and below",
        TransitionKind.DiagTl => "Slanted to the top left",
        TransitionKind.DiagTr => "Slanted to the top right",
        TransitionKind.DiagBl => "Slanted to the bottom left",
        TransitionKind.DiagBr => "Slanted to the bottom right",
        TransitionKind.HlSlice => "Slices from the left",
        TransitionKind.HrSlice => "Slices from the right",
        TransitionKind.VuSlice => "Slices from above",
        TransitionKind.VdSlice => "Slices from below",
        TransitionKind.SqueezeH => "Squeeze flat",
        TransitionKind.SqueezeV => "Squeeze narrow",
        TransitionKind.Radial => "Clock hand",
        TransitionKind.Pixelize => "Large squares",
        TransitionKind.HBlur => "Smear",
        TransitionKind.Distance => "By colour",
        TransitionKind.ZoomIn => "Zoom in",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "There is no such transition."),
    };
}
