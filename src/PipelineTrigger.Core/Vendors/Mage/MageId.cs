using System.Globalization;
using PipelineTrigger.Core.Runs;

namespace PipelineTrigger.Core.Vendors.Mage;

/// <summary>Mage's ids are 1 to 2147483647. Any other breaks the server's shared database session, so it is refused here.</summary>
internal static class MageId
{
    /// <exception cref="PipelineException">InvalidInput.</exception>
    public static int Check(string text, string what) =>
        int.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var id) && id > 0
            ? id
            : throw TriggerFields.Invalid(
                $"'{SafeText.Clean(text, 60)}' cannot be a Mage {what} id: it must be a whole number from 1 to 2147483647."
            );
}
